build-dbg/obj/messages/store/copy.o: messages/store/copy.c \
 messages/store/copy.h messages/base/crypto.h messages/base/err.h \
 messages/base/secret.h messages/store/db.h messages/base/buf.h \
 messages/base/mem.h messages/base/utf8.h messages/store/tables.h
messages/store/copy.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/store/tables.h:
