build-dbg/obj/messages/online.o: messages/online.c messages/online.h \
 messages/base/mem.h
messages/online.h:
messages/base/mem.h:
