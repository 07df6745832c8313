build-dbg/obj/messages/user.o: messages/user.c messages/user.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/secret.h messages/base/crypto.h
messages/user.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/secret.h:
messages/base/crypto.h:
