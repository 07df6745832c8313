build-dbg/obj/messages/store/store.o: messages/store/store.c \
 messages/store/store.h messages/base/err.h messages/store/db.h \
 messages/base/clock.h messages/base/log.h messages/base/secret.h \
 messages/base/mem.h messages/store/lock.h messages/store/mark.h
messages/store/store.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/mem.h:
messages/store/lock.h:
messages/store/mark.h:
