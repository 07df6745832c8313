build-dbg/obj/messages/restore.o: messages/restore.c messages/restore.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/clock.h messages/base/mem.h messages/doubt.h \
 messages/run.h messages/catalog.h messages/inbound.h messages/message.h \
 messages/base/crypto.h messages/base/secret.h messages/spec.h \
 messages/content.h messages/store/mark.h
messages/restore.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/inbound.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/content.h:
messages/store/mark.h:
