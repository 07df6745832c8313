build-dbg/obj/channels/http.o: channels/http.c channels/http.h \
 messages/base/buf.h messages/base/secret.h
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
