build-dbg/obj/messages/base/json.o: messages/base/json.c messages/base/json.h \
 messages/base/err.h messages/base/mem.h messages/base/utf8.h
messages/base/json.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/utf8.h:
