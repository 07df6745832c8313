build-dbg/obj/scheduler/gcra.o: scheduler/gcra.c scheduler/gcra.h
scheduler/gcra.h:
