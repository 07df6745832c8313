build-dbg/obj/messages/import_ics.o: messages/import_ics.c \
 messages/base/clock.h messages/base/mem.h messages/base/tz.h \
 messages/base/err.h messages/import_parts.h messages/import.h \
 messages/catalog.h messages/online.h
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/err.h:
messages/import_parts.h:
messages/import.h:
messages/catalog.h:
messages/online.h:
