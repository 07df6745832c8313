build-dbg/obj/bot/cli/cli_user.o: bot/cli/cli_user.c bot/cli/cli.h \
 bot/config.h bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/catalog.h messages/user.h messages/base/clock.h
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
messages/base/clock.h:
