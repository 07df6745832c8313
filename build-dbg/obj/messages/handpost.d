build-dbg/obj/messages/handpost.o: messages/handpost.c messages/handpost.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/message.h messages/base/crypto.h messages/base/secret.h \
 messages/spec.h messages/catalog.h messages/content.h \
 messages/base/json.h messages/base/mem.h messages/base/tz.h \
 messages/delivery.h messages/doubt.h messages/run.h messages/run_parts.h
messages/handpost.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/delivery.h:
messages/doubt.h:
messages/run.h:
messages/run_parts.h:
