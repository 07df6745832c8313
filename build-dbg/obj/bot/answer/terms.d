build-dbg/obj/bot/answer/terms.o: bot/answer/terms.c bot/answer/index.h \
 bot/answer/phrases.h bot/answer/map.h bot/answer/tokens.h \
 bot/answer/fold.h bot/answer/vocab.h bot/answer/rank.h \
 bot/answer/rules.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h bot/answer/when.h messages/catalog.h \
 messages/base/mem.h
bot/answer/index.h:
bot/answer/phrases.h:
bot/answer/map.h:
bot/answer/tokens.h:
bot/answer/fold.h:
bot/answer/vocab.h:
bot/answer/rank.h:
bot/answer/rules.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
bot/answer/when.h:
messages/catalog.h:
messages/base/mem.h:
