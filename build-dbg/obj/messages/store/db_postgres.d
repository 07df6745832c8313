build-dbg/obj/messages/store/db_postgres.o: messages/store/db_postgres.c \
 messages/store/db_pg.h messages/store/db_driver.h messages/store/db.h \
 messages/base/err.h messages/base/mem.h
messages/store/db_pg.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
messages/base/mem.h:
