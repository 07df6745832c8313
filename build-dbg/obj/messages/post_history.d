build-dbg/obj/messages/post_history.o: messages/post_history.c \
 messages/post_history.h messages/base/err.h messages/store/db.h \
 messages/base/clock.h
messages/post_history.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
