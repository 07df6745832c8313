build-dbg/obj/scheduler/housekeeping.o: scheduler/housekeeping.c \
 scheduler/housekeeping.h messages/cleanup.h messages/base/err.h \
 messages/store/db.h messages/store/store.h messages/anchor.h \
 messages/base/crypto.h messages/base/secret.h messages/base/clock.h \
 messages/base/log.h messages/base/mem.h messages/base/tz.h \
 messages/store/mark.h
scheduler/housekeeping.h:
messages/cleanup.h:
messages/base/err.h:
messages/store/db.h:
messages/store/store.h:
messages/anchor.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/base/clock.h:
messages/base/log.h:
messages/base/mem.h:
messages/base/tz.h:
messages/store/mark.h:
