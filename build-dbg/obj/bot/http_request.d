build-dbg/obj/bot/http_request.o: bot/http_request.c bot/http_impl.h \
 bot/http_server.h bot/http_target.h messages/base/err.h channels/http.h \
 messages/base/buf.h messages/base/secret.h messages/base/mem.h
bot/http_impl.h:
bot/http_server.h:
bot/http_target.h:
messages/base/err.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/base/mem.h:
