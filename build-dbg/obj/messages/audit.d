build-dbg/obj/messages/audit.o: messages/audit.c messages/audit.h \
 messages/base/err.h messages/store/db.h messages/base/crypto.h \
 messages/base/secret.h messages/base/utf8.h
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/base/utf8.h:
