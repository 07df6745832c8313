build-dbg/obj/channels/http_client.o: channels/http_client.c \
 channels/http_client.h channels/http.h messages/base/buf.h \
 messages/base/secret.h messages/base/err.h channels/http_headers.h \
 channels/http_transfer.h channels/http_wire.h messages/base/mem.h
channels/http_client.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/base/err.h:
channels/http_headers.h:
channels/http_transfer.h:
channels/http_wire.h:
messages/base/mem.h:
