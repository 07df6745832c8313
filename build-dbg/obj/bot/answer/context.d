build-dbg/obj/bot/answer/context.o: bot/answer/context.c bot/answer/query.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/base/json.h
bot/answer/query.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/json.h:
