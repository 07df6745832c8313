build-dbg/obj/scheduler/places.o: scheduler/places.c scheduler/places.h
scheduler/places.h:
