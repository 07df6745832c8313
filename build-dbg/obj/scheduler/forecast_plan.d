build-dbg/obj/scheduler/forecast_plan.o: scheduler/forecast_plan.c \
 messages/account_template.h messages/base/err.h messages/content.h \
 messages/store/db.h messages/base/clock.h messages/base/mem.h \
 messages/base/tz.h messages/rate.h messages/audit.h \
 scheduler/forecast_impl.h messages/message.h messages/base/crypto.h \
 messages/base/secret.h messages/spec.h messages/catalog.h \
 messages/reach.h messages/run.h scheduler/forecast.h channels/channel.h \
 channels/event.h channels/http.h messages/base/buf.h channels/rules.h \
 messages/account.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/doubt.h scheduler/quiet.h \
 scheduler/plan_message.h scheduler/plan.h scheduler/late.h \
 scheduler/recur.h scheduler/post_cap.h messages/post_history.h \
 scheduler/ways.h messages/account_way.h
messages/account_template.h:
messages/base/err.h:
messages/content.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/rate.h:
messages/audit.h:
scheduler/forecast_impl.h:
messages/message.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
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
messages/doubt.h:
scheduler/quiet.h:
scheduler/plan_message.h:
scheduler/plan.h:
scheduler/late.h:
scheduler/recur.h:
scheduler/post_cap.h:
messages/post_history.h:
scheduler/ways.h:
messages/account_way.h:
