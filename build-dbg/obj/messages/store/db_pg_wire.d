build-dbg/obj/messages/store/db_pg_wire.o: messages/store/db_pg_wire.c \
 messages/base/clock.h messages/store/db_pg.h messages/store/db_driver.h \
 messages/store/db.h messages/base/err.h
messages/base/clock.h:
messages/store/db_pg.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
