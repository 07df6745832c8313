build-dbg/obj/messages/refusal.o: messages/refusal.c messages/refusal.h \
 messages/base/err.h messages/store/db.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h messages/contact.h \
 messages/base/crypto.h messages/base/secret.h messages/catalog.h
messages/refusal.h:
messages/base/err.h:
messages/store/db.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/catalog.h:
