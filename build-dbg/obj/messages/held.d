build-dbg/obj/messages/held.o: messages/held.c messages/held.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/mem.h messages/base/tz.h messages/message.h \
 messages/base/crypto.h messages/base/secret.h messages/spec.h \
 messages/catalog.h messages/content.h messages/user.h
messages/held.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
messages/base/tz.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/user.h:
