build-dbg/obj/messages/store/mark.o: messages/store/mark.c \
 messages/store/mark.h messages/base/err.h messages/store/db.h \
 messages/base/tz.h
messages/store/mark.h:
messages/base/err.h:
messages/store/db.h:
messages/base/tz.h:
