build-dbg/obj/messages/store/db_pg_many.o: messages/store/db_pg_many.c \
 messages/base/buf.h messages/base/mem.h messages/base/utf8.h \
 messages/store/db_pg.h messages/store/db_driver.h messages/store/db.h \
 messages/base/err.h
messages/base/buf.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/store/db_pg.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
