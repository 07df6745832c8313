build-dbg/obj/messages/reach.o: messages/reach.c messages/reach.h \
 messages/base/err.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/base/clock.h messages/contact.h \
 messages/base/crypto.h messages/base/secret.h messages/run_parts.h \
 messages/delivery.h messages/doubt.h
messages/reach.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/clock.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/run_parts.h:
messages/delivery.h:
messages/doubt.h:
