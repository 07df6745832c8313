build-dbg/obj/messages/contacts_file.o: messages/contacts_file.c \
 messages/contacts_file.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/base/buf.h messages/base/mem.h \
 messages/base/tz.h messages/base/utf8.h messages/contact.h \
 messages/base/crypto.h messages/base/secret.h messages/catalog.h \
 messages/csv_file.h
messages/contacts_file.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/utf8.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/catalog.h:
messages/csv_file.h:
