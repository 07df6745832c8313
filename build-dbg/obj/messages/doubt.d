build-dbg/obj/messages/doubt.o: messages/doubt.c messages/doubt.h \
 messages/base/err.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/base/mem.h messages/delivery.h \
 messages/run_parts.h
messages/doubt.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/mem.h:
messages/delivery.h:
messages/run_parts.h:
