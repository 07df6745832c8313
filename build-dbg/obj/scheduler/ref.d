build-dbg/obj/scheduler/ref.o: scheduler/ref.c scheduler/ref.h
scheduler/ref.h:
