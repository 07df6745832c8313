build-dbg/obj/messages/export.o: messages/export.c messages/export.h \
 messages/catalog.h messages/import.h messages/base/err.h \
 messages/base/buf.h messages/base/clock.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h
messages/export.h:
messages/catalog.h:
messages/import.h:
messages/base/err.h:
messages/base/buf.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
