build-dbg/obj/scheduler/plan_hold.o: scheduler/plan_hold.c \
 scheduler/plan_hold.h messages/base/err.h messages/store/db.h \
 messages/message.h messages/audit.h messages/base/crypto.h \
 messages/base/secret.h messages/spec.h messages/catalog.h \
 messages/content.h scheduler/plan.h scheduler/late.h \
 messages/base/clock.h scheduler/quiet.h scheduler/recur.h \
 messages/base/tz.h scheduler/plan_message.h
scheduler/plan_hold.h:
messages/base/err.h:
messages/store/db.h:
messages/message.h:
messages/audit.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
scheduler/plan.h:
scheduler/late.h:
messages/base/clock.h:
scheduler/quiet.h:
scheduler/recur.h:
messages/base/tz.h:
scheduler/plan_message.h:
