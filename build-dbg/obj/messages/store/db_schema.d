build-dbg/obj/messages/store/db_schema.o: messages/store/db_schema.c \
 messages/base/clock.h messages/store/db_driver.h messages/store/db.h \
 messages/base/err.h messages/store/embedded.h
messages/base/clock.h:
messages/store/db_driver.h:
messages/store/db.h:
messages/base/err.h:
messages/store/embedded.h:
