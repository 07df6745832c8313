build-dbg/obj/messages/doubt_staff.o: messages/doubt_staff.c \
 messages/delivery.h messages/doubt.h messages/base/err.h messages/run.h \
 messages/catalog.h messages/store/db.h messages/doubt_parts.h \
 messages/doubt_case.h messages/audit.h messages/inbound.h \
 messages/message.h messages/base/crypto.h messages/base/secret.h \
 messages/spec.h messages/content.h messages/run_parts.h
messages/delivery.h:
messages/doubt.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/doubt_parts.h:
messages/doubt_case.h:
messages/audit.h:
messages/inbound.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/content.h:
messages/run_parts.h:
