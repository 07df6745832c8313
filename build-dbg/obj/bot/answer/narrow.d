build-dbg/obj/bot/answer/narrow.o: bot/answer/narrow.c bot/answer/parse.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 bot/answer/index.h bot/answer/phrases.h bot/answer/map.h \
 bot/answer/tokens.h bot/answer/fold.h bot/answer/vocab.h \
 bot/answer/rank.h bot/answer/rules.h bot/answer/when.h
bot/answer/parse.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
bot/answer/index.h:
bot/answer/phrases.h:
bot/answer/map.h:
bot/answer/tokens.h:
bot/answer/fold.h:
bot/answer/vocab.h:
bot/answer/rank.h:
bot/answer/rules.h:
bot/answer/when.h:
