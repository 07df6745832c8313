build-dbg/obj/scheduler/forecast_warn.o: scheduler/forecast_warn.c \
 messages/base/clock.h messages/base/mem.h messages/base/tz.h \
 messages/base/err.h scheduler/forecast_impl.h messages/message.h \
 messages/audit.h messages/store/db.h messages/base/crypto.h \
 messages/base/secret.h messages/spec.h messages/catalog.h \
 messages/content.h messages/reach.h messages/run.h scheduler/forecast.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 channels/rules.h messages/account.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 scheduler/quiet.h scheduler/post_cap.h messages/post_history.h
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/err.h:
scheduler/forecast_impl.h:
messages/message.h:
messages/audit.h:
messages/store/db.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/reach.h:
messages/run.h:
scheduler/forecast.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/rules.h:
messages/account.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
scheduler/quiet.h:
scheduler/post_cap.h:
messages/post_history.h:
