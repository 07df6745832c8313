build-dbg/obj/bot/cli/cli_forecast.o: bot/cli/cli_forecast.c \
 bot/cli/cli_message.h bot/cli/cli.h bot/config.h bot/office_hours.h \
 messages/base/err.h channels/rules.h messages/account.h messages/audit.h \
 messages/store/db.h messages/base/secret.h messages/base/log.h \
 scheduler/housekeeping.h messages/cleanup.h messages/store/store.h \
 scheduler/quiet.h messages/catalog.h messages/user.h messages/spec.h \
 messages/content.h bot/forecast.h scheduler/forecast.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 channels/sheet.h channels/splice.h messages/account_right.h \
 messages/account_template.h messages/doubt.h messages/run.h \
 messages/base/clock.h messages/base/json.h messages/base/tz.h \
 messages/base/utf8.h messages/forecast_store.h
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
bot/forecast.h:
scheduler/forecast.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/tz.h:
messages/base/utf8.h:
messages/forecast_store.h:
