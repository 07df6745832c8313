build-dbg/obj/bot/answer/rank.o: bot/answer/rank.c bot/answer/rank.h \
 bot/answer/map.h messages/base/mem.h
bot/answer/rank.h:
bot/answer/map.h:
messages/base/mem.h:
