build-dbg/obj/scheduler/late.o: scheduler/late.c scheduler/late.h \
 messages/base/clock.h
scheduler/late.h:
messages/base/clock.h:
