build-dbg/obj/messages/base/buf.o: messages/base/buf.c messages/base/buf.h \
 messages/base/mem.h
messages/base/buf.h:
messages/base/mem.h:
