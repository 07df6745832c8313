build-dbg/obj/messages/privacy.o: messages/privacy.c messages/privacy.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/buf.h messages/base/json.h messages/base/mem.h \
 messages/base/tz.h messages/contact.h messages/base/crypto.h \
 messages/base/secret.h messages/catalog.h
messages/privacy.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/catalog.h:
