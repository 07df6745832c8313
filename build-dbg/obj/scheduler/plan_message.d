build-dbg/obj/scheduler/plan_message.o: scheduler/plan_message.c \
 scheduler/plan_message.h messages/base/err.h messages/spec.h \
 messages/catalog.h messages/content.h scheduler/plan.h scheduler/late.h \
 messages/base/clock.h scheduler/quiet.h scheduler/recur.h \
 messages/base/tz.h messages/base/buf.h
scheduler/plan_message.h:
messages/base/err.h:
messages/spec.h:
messages/catalog.h:
messages/content.h:
scheduler/plan.h:
scheduler/late.h:
messages/base/clock.h:
scheduler/quiet.h:
scheduler/recur.h:
messages/base/tz.h:
messages/base/buf.h:
