build-dbg/obj/bot/answer/wordfile.o: bot/answer/wordfile.c \
 bot/answer/wordfile.h bot/answer/words.h messages/base/err.h \
 bot/answer/rules.h bot/answer/features.h messages/base/mem.h \
 messages/base/utf8.h
bot/answer/wordfile.h:
bot/answer/words.h:
messages/base/err.h:
bot/answer/rules.h:
bot/answer/features.h:
messages/base/mem.h:
messages/base/utf8.h:
