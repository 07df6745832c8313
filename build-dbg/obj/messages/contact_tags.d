build-dbg/obj/messages/contact_tags.o: messages/contact_tags.c \
 messages/base/mem.h messages/contact.h messages/base/crypto.h \
 messages/base/err.h messages/base/secret.h messages/catalog.h \
 messages/store/db.h
messages/base/mem.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/catalog.h:
messages/store/db.h:
