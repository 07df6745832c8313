build-dbg/obj/bot/http_stream.o: bot/http_stream.c bot/http_impl.h \
 bot/http_server.h bot/http_target.h messages/base/err.h channels/http.h \
 messages/base/buf.h messages/base/secret.h messages/base/log.h \
 messages/base/mem.h
bot/http_impl.h:
bot/http_server.h:
bot/http_target.h:
messages/base/err.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/base/log.h:
messages/base/mem.h:
