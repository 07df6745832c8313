build-dbg/obj/messages/base/tz.o: messages/base/tz.c messages/base/tz.h \
 messages/base/err.h messages/base/clock.h
messages/base/tz.h:
messages/base/err.h:
messages/base/clock.h:
