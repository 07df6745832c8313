build-dbg/obj/bot/nearest.o: bot/nearest.c bot/nearest.h
bot/nearest.h:
