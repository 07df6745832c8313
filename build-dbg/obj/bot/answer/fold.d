build-dbg/obj/bot/answer/fold.o: bot/answer/fold.c bot/answer/fold.h
bot/answer/fold.h:
