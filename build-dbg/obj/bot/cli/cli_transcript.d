build-dbg/obj/bot/cli/cli_transcript.o: bot/cli/cli_transcript.c \
 bot/cli/cli_transcript.h messages/base/err.h messages/conversation.h \
 messages/audit.h messages/store/db.h bot/event_json.h channels/event.h \
 messages/base/json.h messages/base/mem.h messages/base/tz.h \
 messages/content.h messages/inbound.h messages/doubt.h messages/run.h \
 messages/catalog.h
bot/cli/cli_transcript.h:
messages/base/err.h:
messages/conversation.h:
messages/audit.h:
messages/store/db.h:
bot/event_json.h:
channels/event.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/content.h:
messages/inbound.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
