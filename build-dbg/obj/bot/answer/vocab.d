build-dbg/obj/bot/answer/vocab.o: bot/answer/vocab.c bot/answer/vocab.h \
 bot/answer/fold.h bot/answer/map.h bot/answer/spell.h \
 messages/base/mem.h
bot/answer/vocab.h:
bot/answer/fold.h:
bot/answer/map.h:
bot/answer/spell.h:
messages/base/mem.h:
