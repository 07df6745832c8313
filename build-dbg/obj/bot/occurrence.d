build-dbg/obj/bot/occurrence.o: bot/occurrence.c bot/occurrence.h \
 messages/base/err.h messages/message.h messages/audit.h \
 messages/store/db.h messages/base/crypto.h messages/base/secret.h \
 messages/spec.h messages/catalog.h messages/content.h messages/base/tz.h \
 messages/template.h messages/base/buf.h scheduler/plan_message.h \
 scheduler/plan.h scheduler/late.h messages/base/clock.h \
 scheduler/quiet.h scheduler/recur.h
bot/occurrence.h:
messages/base/err.h:
messages/message.h:
messages/audit.h:
messages/store/db.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
messages/base/tz.h:
messages/template.h:
messages/base/buf.h:
scheduler/plan_message.h:
scheduler/plan.h:
scheduler/late.h:
messages/base/clock.h:
scheduler/quiet.h:
scheduler/recur.h:
