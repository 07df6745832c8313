build-dbg/obj/bot/cli/cli_message_show.o: bot/cli/cli_message_show.c \
 bot/cli/cli_message.h bot/cli/cli.h bot/config.h bot/office_hours.h \
 messages/base/err.h channels/rules.h messages/account.h messages/audit.h \
 messages/store/db.h messages/base/secret.h messages/base/log.h \
 scheduler/housekeeping.h messages/cleanup.h messages/store/store.h \
 scheduler/quiet.h messages/catalog.h messages/user.h messages/spec.h \
 messages/content.h messages/base/json.h messages/base/tz.h \
 messages/message.h messages/base/crypto.h
bot/cli/cli_message.h:
bot/cli/cli.h:
bot/config.h:
bot/office_hours.h:
messages/base/err.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/store/db.h:
messages/base/secret.h:
messages/base/log.h:
scheduler/housekeeping.h:
messages/cleanup.h:
messages/store/store.h:
scheduler/quiet.h:
messages/catalog.h:
messages/user.h:
messages/spec.h:
messages/content.h:
messages/base/json.h:
messages/base/tz.h:
messages/message.h:
messages/base/crypto.h:
