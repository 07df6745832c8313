build-dbg/obj/bot/answer/query.o: bot/answer/query.c bot/answer/query.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/base/buf.h messages/base/mem.h
bot/answer/query.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/buf.h:
messages/base/mem.h:
