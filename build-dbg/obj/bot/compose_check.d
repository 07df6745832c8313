build-dbg/obj/bot/compose_check.o: bot/compose_check.c bot/compose_check.h \
 messages/base/err.h messages/spec.h messages/catalog.h \
 messages/content.h messages/store/db.h channels/channel.h \
 channels/event.h channels/http.h messages/base/buf.h \
 messages/base/secret.h channels/rules.h messages/account.h \
 messages/audit.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 messages/run.h messages/base/tz.h messages/template.h \
 scheduler/plan_message.h scheduler/plan.h scheduler/late.h \
 messages/base/clock.h scheduler/quiet.h scheduler/recur.h \
 scheduler/ways.h messages/account_way.h
bot/compose_check.h:
messages/base/err.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/store/db.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/base/tz.h:
messages/template.h:
scheduler/plan_message.h:
scheduler/plan.h:
scheduler/late.h:
messages/base/clock.h:
scheduler/quiet.h:
scheduler/recur.h:
scheduler/ways.h:
messages/account_way.h:
