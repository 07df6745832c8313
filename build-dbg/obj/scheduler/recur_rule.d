build-dbg/obj/scheduler/recur_rule.o: scheduler/recur_rule.c \
 scheduler/recur_rule.h messages/base/err.h
scheduler/recur_rule.h:
messages/base/err.h:
