build-dbg/obj/messages/catalog_store.o: messages/catalog_store.c \
 messages/catalog_store.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/catalog.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h messages/base/utf8.h \
 messages/event_change.h messages/import.h messages/store/embedded.h
messages/catalog_store.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/catalog.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/utf8.h:
messages/event_change.h:
messages/import.h:
messages/store/embedded.h:
