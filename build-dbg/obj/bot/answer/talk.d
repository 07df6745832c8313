build-dbg/obj/bot/answer/talk.o: bot/answer/talk.c bot/answer/reply.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 bot/answer/phrasebook.h messages/base/buf.h
bot/answer/reply.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
bot/answer/phrasebook.h:
messages/base/buf.h:
