build-dbg/obj/bot/dotenv.o: bot/dotenv.c bot/dotenv.h messages/base/err.h \
 messages/base/buf.h messages/base/mem.h
bot/dotenv.h:
messages/base/err.h:
messages/base/buf.h:
messages/base/mem.h:
