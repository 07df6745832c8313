build-dbg/obj/messages/base/err.o: messages/base/err.c messages/base/err.h
messages/base/err.h:
