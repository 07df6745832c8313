build-dbg/obj/bot/answer/map.o: bot/answer/map.c bot/answer/map.h \
 messages/base/mem.h
bot/answer/map.h:
messages/base/mem.h:
