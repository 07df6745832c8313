build-dbg/obj/messages/account_way.o: messages/account_way.c \
 messages/account_way.h messages/base/err.h messages/store/db.h \
 messages/base/clock.h messages/base/mem.h
messages/account_way.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
