build-dbg/obj/messages/progress.o: messages/progress.c messages/progress.h \
 messages/base/err.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/base/mem.h messages/rate.h messages/audit.h \
 messages/run_parts.h messages/delivery.h messages/doubt.h
messages/progress.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/mem.h:
messages/rate.h:
messages/audit.h:
messages/run_parts.h:
messages/delivery.h:
messages/doubt.h:
