build-dbg/obj/bot/answer/reply.o: bot/answer/reply.c bot/answer/phrasebook.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/base/buf.h bot/answer/query.h bot/answer/reply.h \
 messages/base/mem.h messages/base/utf8.h messages/online.h
bot/answer/phrasebook.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/buf.h:
bot/answer/query.h:
bot/answer/reply.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/online.h:
