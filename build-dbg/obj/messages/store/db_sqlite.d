build-dbg/obj/messages/store/db_sqlite.o: messages/store/db_sqlite.c \
 messages/base/clock.h messages/base/mem.h messages/store/db_driver.h \
 messages/store/db.h messages/base/err.h
messages/base/clock.h:
messages/base/mem.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
