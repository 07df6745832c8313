build-dbg/obj/bot/cli/cli_migrate.o: bot/cli/cli_migrate.c bot/cli/cli.h \
 bot/config.h bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/catalog.h messages/user.h bot/cli/cli_place.h \
 messages/base/clock.h messages/base/json.h messages/base/mem.h \
 messages/store/copy.h messages/base/crypto.h messages/store/lock.h \
 messages/store/mark.h
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
bot/cli/cli_place.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/store/copy.h:
messages/base/crypto.h:
messages/store/lock.h:
messages/store/mark.h:
