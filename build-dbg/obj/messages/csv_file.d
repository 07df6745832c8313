build-dbg/obj/messages/csv_file.o: messages/csv_file.c messages/csv_file.h
messages/csv_file.h:
