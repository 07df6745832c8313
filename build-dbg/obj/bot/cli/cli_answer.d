build-dbg/obj/bot/cli/cli_answer.o: bot/cli/cli_answer.c bot/answer/answer.h \
 bot/answer/features.h bot/answer/words.h messages/base/err.h \
 messages/catalog.h messages/content.h bot/cli/cli.h bot/config.h \
 bot/office_hours.h channels/rules.h messages/account.h messages/audit.h \
 messages/store/db.h messages/base/secret.h messages/base/log.h \
 scheduler/housekeeping.h messages/cleanup.h messages/store/store.h \
 scheduler/quiet.h messages/user.h messages/base/clock.h \
 messages/base/json.h messages/base/mem.h messages/base/tz.h \
 messages/catalog_store.h
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
bot/cli/cli.h:
bot/config.h:
bot/office_hours.h:
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
messages/user.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/catalog_store.h:
