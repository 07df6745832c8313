build-dbg/obj/scheduler/engine.o: scheduler/engine.c scheduler/engine.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 messages/base/secret.h channels/rules.h messages/account.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 channels/sheet.h channels/splice.h messages/content.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 messages/run.h messages/catalog.h messages/inbound.h \
 messages/store/store.h scheduler/quiet.h messages/base/clock.h \
 messages/base/log.h messages/base/mem.h scheduler/engine_impl.h \
 channels/http_client.h messages/account_way.h messages/delivery.h \
 messages/rate.h scheduler/backoff.h scheduler/gcra.h scheduler/outage.h \
 scheduler/places.h scheduler/stall.h
scheduler/engine.h:
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
messages/inbound.h:
messages/store/store.h:
scheduler/quiet.h:
messages/base/clock.h:
messages/base/log.h:
messages/base/mem.h:
scheduler/engine_impl.h:
channels/http_client.h:
messages/account_way.h:
messages/delivery.h:
messages/rate.h:
scheduler/backoff.h:
scheduler/gcra.h:
scheduler/outage.h:
scheduler/places.h:
scheduler/stall.h:
