build-dbg/obj/scheduler/stall.o: scheduler/stall.c scheduler/stall.h
scheduler/stall.h:
