build-dbg/obj/messages/content.o: messages/content.c messages/content.h \
 messages/base/err.h messages/base/buf.h messages/base/json.h \
 messages/base/mem.h messages/base/utf8.h
messages/content.h:
messages/base/err.h:
messages/base/buf.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/utf8.h:
