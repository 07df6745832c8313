build-dbg/obj/scheduler/plan.o: scheduler/plan.c scheduler/plan.h \
 messages/base/err.h scheduler/late.h messages/base/clock.h \
 scheduler/quiet.h scheduler/recur.h messages/base/tz.h \
 messages/base/mem.h
scheduler/plan.h:
messages/base/err.h:
scheduler/late.h:
messages/base/clock.h:
scheduler/quiet.h:
scheduler/recur.h:
messages/base/tz.h:
messages/base/mem.h:
