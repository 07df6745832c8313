build-dbg/obj/scheduler/forecast_run.o: scheduler/forecast_run.c \
 messages/base/clock.h messages/base/json.h messages/base/err.h \
 messages/base/log.h messages/base/secret.h messages/base/mem.h \
 messages/forecast_store.h messages/run.h messages/catalog.h \
 messages/store/db.h messages/rate.h messages/audit.h \
 messages/run_parts.h messages/delivery.h messages/doubt.h \
 scheduler/forecast_impl.h messages/message.h messages/base/crypto.h \
 messages/spec.h messages/content.h messages/reach.h scheduler/forecast.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 channels/rules.h messages/account.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/account_template.h scheduler/quiet.h \
 scheduler/post_cap.h messages/post_history.h scheduler/run_parts.h \
 scheduler/engine_impl.h channels/http_client.h messages/account_way.h \
 scheduler/backoff.h scheduler/engine.h messages/inbound.h \
 messages/store/store.h scheduler/gcra.h scheduler/outage.h \
 scheduler/places.h scheduler/stall.h
messages/base/clock.h:
messages/base/json.h:
messages/base/err.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/mem.h:
messages/forecast_store.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/rate.h:
messages/audit.h:
messages/run_parts.h:
messages/delivery.h:
messages/doubt.h:
scheduler/forecast_impl.h:
messages/message.h:
messages/base/crypto.h:
messages/spec.h:
messages/content.h:
messages/reach.h:
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
scheduler/quiet.h:
scheduler/post_cap.h:
messages/post_history.h:
scheduler/run_parts.h:
scheduler/engine_impl.h:
channels/http_client.h:
messages/account_way.h:
scheduler/backoff.h:
scheduler/engine.h:
messages/inbound.h:
messages/store/store.h:
scheduler/gcra.h:
scheduler/outage.h:
scheduler/places.h:
scheduler/stall.h:
