build-dbg/obj/messages/spec.o: messages/spec.c messages/spec.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/base/clock.h messages/base/json.h messages/base/mem.h \
 messages/base/tz.h messages/base/utf8.h
messages/spec.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/utf8.h:
