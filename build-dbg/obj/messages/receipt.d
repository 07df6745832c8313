build-dbg/obj/messages/receipt.o: messages/receipt.c messages/receipt.h \
 messages/run.h messages/base/err.h messages/catalog.h \
 messages/store/db.h messages/base/clock.h messages/base/crypto.h \
 messages/base/secret.h messages/run_parts.h messages/delivery.h \
 messages/doubt.h
messages/receipt.h:
messages/run.h:
messages/base/err.h:
messages/catalog.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/run_parts.h:
messages/delivery.h:
messages/doubt.h:
