build-dbg/obj/bot/answer/rules.o: bot/answer/rules.c bot/answer/rules.h \
 bot/answer/features.h bot/answer/words.h messages/base/err.h \
 bot/answer/answer.h messages/catalog.h messages/content.h \
 messages/base/mem.h
bot/answer/rules.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
bot/answer/answer.h:
messages/catalog.h:
messages/content.h:
messages/base/mem.h:
