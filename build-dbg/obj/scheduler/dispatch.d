build-dbg/obj/scheduler/dispatch.o: scheduler/dispatch.c \
 messages/base/clock.h scheduler/engine_impl.h channels/http_client.h \
 channels/http.h messages/base/buf.h messages/base/secret.h \
 messages/base/err.h messages/account_way.h messages/store/db.h \
 messages/delivery.h messages/doubt.h messages/run.h messages/catalog.h \
 messages/rate.h messages/audit.h scheduler/backoff.h scheduler/engine.h \
 channels/channel.h channels/event.h channels/rules.h messages/account.h \
 channels/sheet.h channels/splice.h messages/content.h \
 messages/account_right.h messages/account_template.h messages/inbound.h \
 messages/store/store.h scheduler/quiet.h scheduler/gcra.h \
 scheduler/outage.h scheduler/places.h scheduler/stall.h
messages/base/clock.h:
scheduler/engine_impl.h:
channels/http_client.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/base/err.h:
messages/account_way.h:
messages/store/db.h:
messages/delivery.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/rate.h:
messages/audit.h:
scheduler/backoff.h:
scheduler/engine.h:
channels/channel.h:
channels/event.h:
channels/rules.h:
messages/account.h:
channels/sheet.h:
channels/splice.h:
messages/content.h:
messages/account_right.h:
messages/account_template.h:
messages/inbound.h:
messages/store/store.h:
scheduler/quiet.h:
scheduler/gcra.h:
scheduler/outage.h:
scheduler/places.h:
scheduler/stall.h:
