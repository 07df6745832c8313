build-dbg/obj/messages/store/db_pg_conn.o: messages/store/db_pg_conn.c \
 messages/base/clock.h messages/base/log.h messages/base/secret.h \
 messages/base/mem.h messages/store/db_pg.h messages/store/db_driver.h \
 messages/store/db.h messages/base/err.h
messages/base/clock.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/mem.h:
messages/store/db_pg.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
