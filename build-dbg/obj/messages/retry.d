build-dbg/obj/messages/retry.o: messages/retry.c messages/retry.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/buf.h messages/base/mem.h messages/message.h \
 messages/base/crypto.h messages/base/secret.h messages/spec.h \
 messages/catalog.h messages/content.h messages/run.h
messages/retry.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/mem.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/run.h:
