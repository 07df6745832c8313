build-dbg/obj/bot/answer/phrasebook.o: bot/answer/phrasebook.c \
 bot/answer/phrasebook.h bot/answer/answer.h bot/answer/features.h \
 bot/answer/words.h messages/base/err.h messages/catalog.h \
 messages/content.h messages/base/buf.h messages/base/tz.h
bot/answer/phrasebook.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/buf.h:
messages/base/tz.h:
