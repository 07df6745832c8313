build-dbg/obj/bot/answer/words.o: bot/answer/words.c bot/answer/words.h \
 messages/base/err.h bot/answer/wordfile.h messages/base/buf.h \
 messages/base/mem.h
bot/answer/words.h:
messages/base/err.h:
bot/answer/wordfile.h:
messages/base/buf.h:
messages/base/mem.h:
