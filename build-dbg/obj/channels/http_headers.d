build-dbg/obj/channels/http_headers.o: channels/http_headers.c \
 channels/http_headers.h channels/http.h messages/base/buf.h \
 messages/base/secret.h messages/base/err.h messages/base/mem.h
channels/http_headers.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/base/err.h:
messages/base/mem.h:
