build-dbg/obj/messages/base/clock.o: messages/base/clock.c \
 messages/base/clock.h messages/base/mem.h
messages/base/clock.h:
messages/base/mem.h:
