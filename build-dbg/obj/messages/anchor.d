build-dbg/obj/messages/anchor.o: messages/anchor.c messages/anchor.h \
 messages/base/crypto.h messages/base/err.h messages/base/secret.h \
 messages/store/db.h messages/base/mem.h messages/base/tz.h
messages/anchor.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/store/db.h:
messages/base/mem.h:
messages/base/tz.h:
