build-dbg/obj/bot/standing_read.o: bot/standing_read.c bot/answer/tokens.h \
 bot/answer/fold.h bot/standing.h bot/answer/answer.h \
 bot/answer/features.h bot/answer/words.h messages/base/err.h \
 messages/catalog.h messages/content.h messages/store/db.h \
 scheduler/quiet.h
bot/answer/tokens.h:
bot/answer/fold.h:
bot/standing.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/store/db.h:
scheduler/quiet.h:
