build-dbg/obj/bot/answer/tokens.o: bot/answer/tokens.c bot/answer/tokens.h \
 bot/answer/fold.h
bot/answer/tokens.h:
bot/answer/fold.h:
