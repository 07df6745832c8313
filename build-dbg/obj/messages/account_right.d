build-dbg/obj/messages/account_right.o: messages/account_right.c \
 messages/account_right.h messages/base/err.h messages/store/db.h \
 messages/base/mem.h
messages/account_right.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
