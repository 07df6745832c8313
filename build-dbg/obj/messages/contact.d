build-dbg/obj/messages/contact.o: messages/contact.c messages/contact.h \
 messages/base/crypto.h messages/base/err.h messages/base/secret.h \
 messages/catalog.h messages/store/db.h messages/base/buf.h \
 messages/base/mem.h messages/base/utf8.h messages/opt_out.h
messages/contact.h:
messages/base/crypto.h:
messages/base/err.h:
messages/base/secret.h:
messages/catalog.h:
messages/store/db.h:
messages/base/buf.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/opt_out.h:
