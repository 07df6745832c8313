build-dbg/obj/scheduler/backoff.o: scheduler/backoff.c scheduler/backoff.h
scheduler/backoff.h:
