build-dbg/obj/messages/base/log.o: messages/base/log.c messages/base/log.h \
 messages/base/secret.h messages/base/buf.h messages/base/utf8.h
messages/base/log.h:
messages/base/secret.h:
messages/base/buf.h:
messages/base/utf8.h:
