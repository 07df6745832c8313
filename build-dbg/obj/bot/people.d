build-dbg/obj/bot/people.o: bot/people.c bot/people.h bot/answer/answer.h \
 bot/answer/features.h bot/answer/words.h messages/base/err.h \
 messages/catalog.h messages/content.h messages/store/embedded.h \
 bot/answer/tokens.h bot/answer/fold.h messages/base/buf.h \
 messages/base/mem.h messages/base/utf8.h
bot/people.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/store/embedded.h:
bot/answer/tokens.h:
bot/answer/fold.h:
messages/base/buf.h:
messages/base/mem.h:
messages/base/utf8.h:
