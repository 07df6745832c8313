build-dbg/obj/bot/cli/cli_schedule.o: bot/cli/cli_schedule.c bot/agenda.h \
 bot/config.h bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/account_right.h messages/catalog.h bot/cli/cli.h \
 messages/user.h messages/base/clock.h messages/base/json.h \
 messages/base/tz.h
bot/agenda.h:
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
messages/account_right.h:
messages/catalog.h:
bot/cli/cli.h:
messages/user.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/tz.h:
