build-dbg/obj/messages/message.o: messages/message.c messages/message.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/crypto.h messages/base/secret.h messages/spec.h \
 messages/catalog.h messages/content.h messages/base/clock.h \
 messages/base/json.h messages/base/mem.h messages/held.h \
 messages/template.h messages/base/buf.h messages/user.h
messages/message.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/held.h:
messages/template.h:
messages/base/buf.h:
messages/user.h:
