build-dbg/obj/messages/trial.o: messages/trial.c messages/trial.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/message.h messages/base/crypto.h messages/base/secret.h \
 messages/spec.h messages/catalog.h messages/content.h \
 messages/base/clock.h messages/base/mem.h messages/contact.h
messages/trial.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/base/clock.h:
messages/base/mem.h:
messages/contact.h:
