build-dbg/obj/channels/splice.o: channels/splice.c channels/splice.h \
 messages/base/buf.h messages/content.h messages/base/err.h \
 messages/base/mem.h messages/base/utf8.h
channels/splice.h:
messages/base/buf.h:
messages/content.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/utf8.h:
