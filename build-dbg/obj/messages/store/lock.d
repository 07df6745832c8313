build-dbg/obj/messages/store/lock.o: messages/store/lock.c \
 messages/store/lock.h messages/base/err.h messages/base/mem.h
messages/store/lock.h:
messages/base/err.h:
messages/base/mem.h:
