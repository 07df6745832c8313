build-dbg/obj/gen/migrations.o: build-dbg/gen/migrations.c \
 messages/store/embedded.h
messages/store/embedded.h:
