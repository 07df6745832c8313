build-dbg/obj/scheduler/outage.o: scheduler/outage.c scheduler/outage.h \
 scheduler/backoff.h
scheduler/outage.h:
scheduler/backoff.h:
