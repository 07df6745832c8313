build-dbg/obj/bot/questions.o: bot/questions.c bot/questions.h \
 messages/question.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/catalog.h bot/answer/tokens.h \
 bot/answer/fold.h messages/base/mem.h
bot/questions.h:
messages/question.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/catalog.h:
bot/answer/tokens.h:
bot/answer/fold.h:
messages/base/mem.h:
