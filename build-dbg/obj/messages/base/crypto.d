build-dbg/obj/messages/base/crypto.o: messages/base/crypto.c \
 messages/base/crypto.h messages/base/err.h messages/base/secret.h \
 messages/base/mem.h
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/base/mem.h:
