build-dbg/obj/messages/template.o: messages/template.c messages/template.h \
 messages/base/buf.h messages/base/err.h messages/content.h \
 messages/store/db.h messages/base/clock.h messages/base/json.h \
 messages/base/tz.h
messages/template.h:
messages/base/buf.h:
messages/base/err.h:
messages/content.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/tz.h:
