build-dbg/obj/scheduler/forecast.o: scheduler/forecast.c scheduler/forecast.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 messages/base/secret.h channels/rules.h messages/account.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 channels/sheet.h channels/splice.h messages/content.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 messages/run.h messages/catalog.h scheduler/quiet.h \
 messages/base/clock.h messages/base/mem.h messages/base/tz.h \
 scheduler/forecast_impl.h messages/message.h messages/base/crypto.h \
 messages/spec.h messages/reach.h scheduler/post_cap.h \
 messages/post_history.h
scheduler/forecast.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/base/err.h:
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
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
scheduler/forecast_impl.h:
messages/message.h:
messages/base/crypto.h:
messages/spec.h:
messages/reach.h:
scheduler/post_cap.h:
messages/post_history.h:
