build-dbg/obj/bot/knowledge.o: bot/knowledge.c bot/knowledge.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/store/store.h messages/store/db.h messages/base/log.h \
 messages/base/secret.h messages/base/mem.h messages/catalog_store.h \
 messages/audit.h
bot/knowledge.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/store/store.h:
messages/store/db.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/mem.h:
messages/catalog_store.h:
messages/audit.h:
