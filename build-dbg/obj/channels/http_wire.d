build-dbg/obj/channels/http_wire.o: channels/http_wire.c channels/http_wire.h \
 messages/base/err.h messages/base/mem.h
channels/http_wire.h:
messages/base/err.h:
messages/base/mem.h:
