build-dbg/obj/messages/store/backup.o: messages/store/backup.c \
 messages/store/backup.h messages/base/crypto.h messages/base/err.h \
 messages/base/secret.h messages/store/db.h messages/base/mem.h \
 messages/store/copy.h messages/store/mark.h
messages/store/backup.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/store/db.h:
messages/base/mem.h:
messages/store/copy.h:
messages/store/mark.h:
