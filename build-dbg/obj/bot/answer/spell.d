build-dbg/obj/bot/answer/spell.o: bot/answer/spell.c bot/answer/spell.h \
 bot/answer/fold.h
bot/answer/spell.h:
bot/answer/fold.h:
