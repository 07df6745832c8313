build-dbg/obj/bot/demo_clock.o: bot/demo_clock.c bot/demo_clock.h \
 messages/base/clock.h messages/base/err.h messages/base/log.h \
 messages/base/secret.h messages/base/tz.h
bot/demo_clock.h:
messages/base/clock.h:
messages/base/err.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/tz.h:
