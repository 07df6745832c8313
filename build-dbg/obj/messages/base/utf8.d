build-dbg/obj/messages/base/utf8.o: messages/base/utf8.c messages/base/utf8.h \
 messages/base/buf.h messages/base/mem.h
messages/base/utf8.h:
messages/base/buf.h:
messages/base/mem.h:
