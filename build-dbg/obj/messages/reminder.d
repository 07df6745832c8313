build-dbg/obj/messages/reminder.o: messages/reminder.c messages/reminder.h \
 messages/base/err.h messages/catalog.h messages/event_change.h \
 messages/audit.h messages/store/db.h messages/base/mem.h \
 messages/contact.h messages/base/crypto.h messages/base/secret.h
messages/reminder.h:
messages/base/err.h:
messages/catalog.h:
messages/event_change.h:
messages/audit.h:
messages/store/db.h:
messages/base/mem.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
