build-dbg/obj/messages/run_claim.o: messages/run_claim.c messages/base/mem.h \
 messages/contact.h messages/base/crypto.h messages/base/err.h \
 messages/base/secret.h messages/catalog.h messages/store/db.h \
 messages/delivery.h messages/doubt.h messages/run.h messages/run_parts.h
messages/base/mem.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/catalog.h:
messages/store/db.h:
messages/delivery.h:
messages/doubt.h:
messages/run.h:
messages/run_parts.h:
