build-dbg/obj/channels/http_transfer.o: channels/http_transfer.c \
 channels/http_transfer.h channels/http.h messages/base/buf.h \
 messages/base/secret.h channels/http_client.h messages/base/err.h \
 channels/http_headers.h channels/http_wire.h messages/base/mem.h
channels/http_transfer.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/http_client.h:
messages/base/err.h:
channels/http_headers.h:
channels/http_wire.h:
messages/base/mem.h:
