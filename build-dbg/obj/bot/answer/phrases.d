build-dbg/obj/bot/answer/phrases.o: bot/answer/phrases.c bot/answer/phrases.h \
 bot/answer/map.h bot/answer/tokens.h bot/answer/fold.h \
 bot/answer/vocab.h messages/base/mem.h
bot/answer/phrases.h:
bot/answer/map.h:
bot/answer/tokens.h:
bot/answer/fold.h:
bot/answer/vocab.h:
messages/base/mem.h:
