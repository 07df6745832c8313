build-dbg/obj/messages/run.o: messages/run.c messages/run.h \
 messages/base/err.h messages/catalog.h messages/store/db.h \
 messages/base/json.h messages/base/mem.h messages/run_parts.h \
 messages/delivery.h messages/doubt.h
messages/run.h:
messages/base/err.h:
messages/catalog.h:
messages/store/db.h:
messages/base/json.h:
messages/base/mem.h:
messages/run_parts.h:
messages/delivery.h:
messages/doubt.h:
