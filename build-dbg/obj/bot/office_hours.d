build-dbg/obj/bot/office_hours.o: bot/office_hours.c bot/office_hours.h \
 messages/base/err.h messages/base/mem.h messages/base/tz.h
bot/office_hours.h:
messages/base/err.h:
messages/base/mem.h:
messages/base/tz.h:
