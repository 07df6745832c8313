build-dbg/obj/scheduler/opt_out.o: scheduler/opt_out.c messages/base/mem.h \
 scheduler/opt_out.h messages/opt_out.h messages/base/err.h \
 messages/store/db.h scheduler/engine_impl.h channels/http_client.h \
 channels/http.h messages/base/buf.h messages/base/secret.h \
 messages/account_way.h messages/delivery.h messages/doubt.h \
 messages/run.h messages/catalog.h messages/rate.h messages/audit.h \
 scheduler/backoff.h scheduler/engine.h channels/channel.h \
 channels/event.h channels/rules.h messages/account.h channels/sheet.h \
 channels/splice.h messages/content.h messages/account_right.h \
 messages/account_template.h messages/inbound.h messages/store/store.h \
 scheduler/quiet.h scheduler/gcra.h scheduler/outage.h scheduler/places.h \
 scheduler/stall.h
messages/base/mem.h:
scheduler/opt_out.h:
messages/opt_out.h:
messages/base/err.h:
messages/store/db.h:
scheduler/engine_impl.h:
channels/http_client.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
messages/account_way.h:
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
