build-dbg/obj/scheduler/planner.o: scheduler/planner.c messages/base/clock.h \
 messages/base/json.h messages/base/err.h messages/base/log.h \
 messages/base/secret.h messages/base/mem.h messages/base/tz.h \
 messages/message.h messages/audit.h messages/store/db.h \
 messages/base/crypto.h messages/spec.h messages/catalog.h \
 messages/content.h messages/receipt.h messages/run.h messages/template.h \
 messages/base/buf.h scheduler/engine_impl.h channels/http_client.h \
 channels/http.h messages/account_way.h messages/delivery.h \
 messages/doubt.h messages/rate.h scheduler/backoff.h scheduler/engine.h \
 channels/channel.h channels/event.h channels/rules.h messages/account.h \
 channels/sheet.h channels/splice.h messages/account_right.h \
 messages/account_template.h messages/inbound.h messages/store/store.h \
 scheduler/quiet.h scheduler/gcra.h scheduler/outage.h scheduler/places.h \
 scheduler/stall.h scheduler/plan_message.h scheduler/plan.h \
 scheduler/late.h scheduler/recur.h scheduler/ways.h
messages/base/clock.h:
messages/base/json.h:
messages/base/err.h:
messages/base/log.h:
messages/base/secret.h:
messages/base/mem.h:
messages/base/tz.h:
messages/message.h:
messages/audit.h:
messages/store/db.h:
messages/base/crypto.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/receipt.h:
messages/run.h:
messages/template.h:
messages/base/buf.h:
scheduler/engine_impl.h:
channels/http_client.h:
channels/http.h:
messages/account_way.h:
messages/delivery.h:
messages/doubt.h:
messages/rate.h:
scheduler/backoff.h:
scheduler/engine.h:
channels/channel.h:
channels/event.h:
channels/rules.h:
messages/account.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/inbound.h:
messages/store/store.h:
scheduler/quiet.h:
scheduler/gcra.h:
scheduler/outage.h:
scheduler/places.h:
scheduler/stall.h:
scheduler/plan_message.h:
scheduler/plan.h:
scheduler/late.h:
scheduler/recur.h:
scheduler/ways.h:
