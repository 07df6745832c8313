build-dbg/obj/messages/opt_out.o: messages/opt_out.c messages/opt_out.h \
 messages/base/err.h messages/store/db.h messages/base/mem.h
messages/opt_out.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
