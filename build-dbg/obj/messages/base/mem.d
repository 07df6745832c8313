build-dbg/obj/messages/base/mem.o: messages/base/mem.c messages/base/mem.h
messages/base/mem.h:
