build-dbg/obj/messages/lease.o: messages/lease.c messages/lease.h \
 messages/base/err.h messages/store/db.h messages/base/buf.h \
 messages/base/clock.h messages/base/mem.h
messages/lease.h:
messages/base/err.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/clock.h:
messages/base/mem.h:
