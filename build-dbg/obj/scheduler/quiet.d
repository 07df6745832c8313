build-dbg/obj/scheduler/quiet.o: scheduler/quiet.c scheduler/quiet.h \
 messages/base/err.h messages/base/clock.h messages/base/tz.h
scheduler/quiet.h:
messages/base/err.h:
messages/base/clock.h:
messages/base/tz.h:
