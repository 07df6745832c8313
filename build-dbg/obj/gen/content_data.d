build-dbg/obj/gen/content_data.o: build-dbg/gen/content_data.c \
 messages/store/embedded.h
messages/store/embedded.h:
