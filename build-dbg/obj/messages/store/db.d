build-dbg/obj/messages/store/db.o: messages/store/db.c messages/store/db.h \
 messages/base/err.h messages/base/mem.h messages/base/utf8.h \
 messages/store/db_driver.h
messages/store/db.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/store/db_driver.h:
