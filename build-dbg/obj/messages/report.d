build-dbg/obj/messages/report.o: messages/report.c messages/report.h \
 messages/base/err.h messages/store/db.h messages/base/mem.h \
 messages/base/tz.h messages/cleanup.h
messages/report.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
messages/base/tz.h:
messages/cleanup.h:
