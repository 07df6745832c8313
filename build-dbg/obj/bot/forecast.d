build-dbg/obj/bot/forecast.o: bot/forecast.c bot/forecast.h bot/config.h \
 bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 scheduler/forecast.h channels/channel.h channels/event.h channels/http.h \
 messages/base/buf.h channels/sheet.h channels/splice.h \
 messages/content.h messages/account_right.h messages/account_template.h \
 messages/doubt.h messages/run.h messages/catalog.h messages/base/json.h \
 messages/base/mem.h messages/base/tz.h messages/forecast_store.h \
 scheduler/post_cap.h messages/post_history.h
bot/forecast.h:
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
scheduler/forecast.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/sheet.h:
channels/splice.h:
messages/content.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/forecast_store.h:
scheduler/post_cap.h:
messages/post_history.h:
