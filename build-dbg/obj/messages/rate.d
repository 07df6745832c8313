build-dbg/obj/messages/rate.o: messages/rate.c messages/rate.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/mem.h
messages/rate.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
