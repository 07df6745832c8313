build-dbg/obj/messages/store/tables.o: messages/store/tables.c \
 messages/store/tables.h messages/base/err.h messages/base/mem.h \
 messages/store/db.h
messages/store/tables.h:
messages/base/err.h:
messages/base/mem.h:
messages/store/db.h:
