build-dbg/obj/messages/event_diff.o: messages/event_diff.c \
 messages/event_diff.h messages/base/err.h messages/catalog.h \
 messages/store/db.h messages/base/json.h messages/event_change.h \
 messages/audit.h messages/import.h
messages/event_diff.h:
messages/base/err.h:
messages/catalog.h:
messages/store/db.h:
messages/base/json.h:
messages/event_change.h:
messages/audit.h:
messages/import.h:
