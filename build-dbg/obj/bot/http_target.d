build-dbg/obj/bot/http_target.o: bot/http_target.c bot/http_target.h \
 messages/base/err.h messages/base/utf8.h
bot/http_target.h:
messages/base/err.h:
messages/base/utf8.h:
