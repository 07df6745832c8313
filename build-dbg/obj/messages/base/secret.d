build-dbg/obj/messages/base/secret.o: messages/base/secret.c \
 messages/base/secret.h messages/base/mem.h
messages/base/secret.h:
messages/base/mem.h:
