build-dbg/obj/bot/feed.o: bot/feed.c bot/feed.h messages/catalog.h \
 bot/answer/phrasebook.h bot/answer/answer.h bot/answer/features.h \
 bot/answer/words.h messages/base/err.h messages/content.h \
 messages/base/buf.h messages/base/crypto.h messages/base/secret.h \
 messages/base/mem.h messages/base/tz.h messages/export.h \
 messages/import.h messages/online.h
bot/feed.h:
messages/catalog.h:
bot/answer/phrasebook.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/content.h:
messages/base/buf.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/base/mem.h:
messages/base/tz.h:
messages/export.h:
messages/import.h:
messages/online.h:
