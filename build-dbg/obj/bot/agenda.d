build-dbg/obj/bot/agenda.o: bot/agenda.c bot/agenda.h bot/config.h \
 bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/account_right.h messages/catalog.h bot/agenda_impl.h \
 messages/message.h messages/base/crypto.h messages/spec.h \
 messages/content.h bot/occurrence.h messages/base/clock.h \
 messages/base/json.h messages/base/mem.h messages/base/tz.h \
 messages/template.h messages/base/buf.h scheduler/plan_message.h \
 scheduler/plan.h scheduler/late.h scheduler/recur.h
bot/agenda.h:
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
messages/account_right.h:
messages/catalog.h:
bot/agenda_impl.h:
messages/message.h:
messages/base/crypto.h:
messages/spec.h:
messages/content.h:
bot/occurrence.h:
messages/base/clock.h:
messages/base/json.h:
messages/base/mem.h:
messages/base/tz.h:
messages/template.h:
messages/base/buf.h:
scheduler/plan_message.h:
scheduler/plan.h:
scheduler/late.h:
scheduler/recur.h:
