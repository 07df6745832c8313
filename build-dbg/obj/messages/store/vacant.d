build-dbg/obj/messages/store/vacant.o: messages/store/vacant.c \
 messages/store/vacant.h messages/base/err.h messages/store/db.h \
 messages/base/mem.h
messages/store/vacant.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
