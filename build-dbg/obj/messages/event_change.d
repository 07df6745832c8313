build-dbg/obj/messages/event_change.o: messages/event_change.c \
 messages/event_change.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/catalog.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h messages/catalog_store.h \
 messages/import.h
messages/event_change.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/catalog.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/catalog_store.h:
messages/import.h:
