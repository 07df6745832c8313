build-dbg/obj/messages/doubt_case.o: messages/doubt_case.c \
 messages/doubt_case.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/doubt.h messages/run.h messages/catalog.h \
 messages/base/mem.h messages/doubt_parts.h
messages/doubt_case.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/base/mem.h:
messages/doubt_parts.h:
