build-dbg/obj/messages/cleanup_deliveries.o: messages/cleanup_deliveries.c \
 messages/base/clock.h messages/base/mem.h messages/base/tz.h \
 messages/base/err.h messages/cleanup_parts.h messages/cleanup.h \
 messages/store/db.h messages/run.h messages/catalog.h
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/err.h:
messages/cleanup_parts.h:
messages/cleanup.h:
messages/store/db.h:
messages/run.h:
messages/catalog.h:
