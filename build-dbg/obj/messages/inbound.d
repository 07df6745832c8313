build-dbg/obj/messages/inbound.o: messages/inbound.c messages/inbound.h \
 messages/base/err.h messages/doubt.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/base/clock.h messages/base/mem.h \
 messages/receipt.h
messages/inbound.h:
messages/base/err.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
messages/receipt.h:
