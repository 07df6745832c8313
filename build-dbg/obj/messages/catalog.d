build-dbg/obj/messages/catalog.o: messages/catalog.c messages/catalog.h \
 messages/base/mem.h
messages/catalog.h:
messages/base/mem.h:
