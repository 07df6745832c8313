build-dbg/obj/messages/import.o: messages/import.c messages/import.h \
 messages/base/err.h messages/catalog.h messages/base/json.h \
 messages/import_parts.h messages/online.h messages/text_file.h
messages/import.h:
messages/base/err.h:
messages/catalog.h:
messages/base/json.h:
messages/import_parts.h:
messages/online.h:
messages/text_file.h:
