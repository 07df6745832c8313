build-dbg/obj/messages/import_csv.o: messages/import_csv.c \
 messages/base/mem.h messages/base/utf8.h messages/csv_file.h \
 messages/import_parts.h messages/import.h messages/base/err.h \
 messages/catalog.h
messages/base/mem.h:
messages/base/utf8.h:
messages/csv_file.h:
messages/import_parts.h:
messages/import.h:
messages/base/err.h:
messages/catalog.h:
