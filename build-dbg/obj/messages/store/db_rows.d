build-dbg/obj/messages/store/db_rows.o: messages/store/db_rows.c \
 messages/base/mem.h messages/store/db_driver.h messages/store/db.h \
 messages/base/err.h
messages/base/mem.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
