build-dbg/obj/messages/delivery.o: messages/delivery.c messages/delivery.h \
 messages/doubt.h messages/base/err.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/base/crypto.h messages/base/secret.h \
 messages/base/mem.h messages/receipt.h messages/run_parts.h
messages/delivery.h:
messages/doubt.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/base/mem.h:
messages/receipt.h:
messages/run_parts.h:
