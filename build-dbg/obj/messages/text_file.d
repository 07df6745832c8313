build-dbg/obj/messages/text_file.o: messages/text_file.c messages/text_file.h \
 messages/base/err.h messages/base/mem.h messages/base/utf8.h
messages/text_file.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/utf8.h:
