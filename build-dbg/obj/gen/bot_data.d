build-dbg/obj/gen/bot_data.o: build-dbg/gen/bot_data.c bot/people.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/store/embedded.h
bot/people.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/store/embedded.h:
