build-dbg/obj/gen/answer_data.o: build-dbg/gen/answer_data.c \
 bot/answer/words.h messages/base/err.h
bot/answer/words.h:
messages/base/err.h:
