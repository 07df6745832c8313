build-dbg/obj/scheduler/recur.o: scheduler/recur.c scheduler/recur.h \
 messages/base/err.h messages/base/tz.h messages/base/clock.h \
 messages/base/mem.h scheduler/recur_rule.h
scheduler/recur.h:
messages/base/err.h:
messages/base/tz.h:
messages/base/clock.h:
messages/base/mem.h:
scheduler/recur_rule.h:
