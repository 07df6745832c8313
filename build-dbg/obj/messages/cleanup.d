build-dbg/obj/messages/cleanup.o: messages/cleanup.c messages/cleanup.h \
 messages/base/err.h messages/store/db.h messages/base/clock.h \
 messages/base/mem.h messages/base/tz.h messages/catalog.h \
 messages/cleanup_parts.h messages/inbound.h messages/doubt.h \
 messages/run.h messages/opt_out.h
messages/cleanup.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/catalog.h:
messages/cleanup_parts.h:
messages/inbound.h:
messages/doubt.h:
messages/run.h:
messages/opt_out.h:
