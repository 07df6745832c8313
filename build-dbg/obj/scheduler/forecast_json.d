build-dbg/obj/scheduler/forecast_json.o: scheduler/forecast_json.c \
 messages/base/json.h messages/base/err.h messages/base/tz.h \
 scheduler/forecast.h channels/channel.h channels/event.h channels/http.h \
 messages/base/buf.h messages/base/secret.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h channels/sheet.h \
 channels/splice.h messages/content.h messages/account_right.h \
 messages/account_template.h messages/doubt.h messages/run.h \
 messages/catalog.h scheduler/quiet.h
messages/base/json.h:
messages/base/err.h:
messages/base/tz.h:
scheduler/forecast.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/store/db.h:
channels/sheet.h:
channels/splice.h:
messages/content.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
scheduler/quiet.h:
