build-dbg/obj/messages/entry_json.o: messages/entry_json.c \
 messages/base/json.h messages/base/err.h messages/base/mem.h \
 messages/base/tz.h messages/base/utf8.h messages/import.h \
 messages/catalog.h
messages/base/json.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/utf8.h:
messages/import.h:
messages/catalog.h:
