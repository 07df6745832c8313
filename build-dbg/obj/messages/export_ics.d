build-dbg/obj/messages/export_ics.o: messages/export_ics.c \
 messages/base/buf.h messages/base/clock.h messages/base/mem.h \
 messages/base/tz.h messages/base/err.h messages/export.h \
 messages/catalog.h messages/import.h messages/online.h
messages/base/buf.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/err.h:
messages/export.h:
messages/catalog.h:
messages/import.h:
messages/online.h:
