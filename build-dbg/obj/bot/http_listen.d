build-dbg/obj/bot/http_listen.o: bot/http_listen.c bot/http_impl.h \
 bot/http_server.h bot/http_target.h messages/base/err.h channels/http.h \
 messages/base/buf.h messages/base/secret.h
bot/http_impl.h:
bot/http_server.h:
bot/http_target.h:
messages/base/err.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
