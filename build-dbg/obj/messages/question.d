build-dbg/obj/messages/question.o: messages/question.c messages/question.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/catalog.h messages/base/buf.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h
messages/question.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/catalog.h:
messages/base/buf.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
