build-dbg/obj/messages/store/db_pg_stmt.o: messages/store/db_pg_stmt.c \
 messages/base/mem.h messages/store/db_pg.h messages/store/db_driver.h \
 messages/store/db.h messages/base/err.h
messages/base/mem.h:
messages/store/db_pg.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
