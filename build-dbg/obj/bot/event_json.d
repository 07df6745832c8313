build-dbg/obj/bot/event_json.o: bot/event_json.c bot/event_json.h \
 channels/event.h messages/base/err.h messages/base/buf.h \
 messages/base/json.h messages/base/mem.h
bot/event_json.h:
channels/event.h:
messages/base/err.h:
messages/base/buf.h:
messages/base/json.h:
messages/base/mem.h:
