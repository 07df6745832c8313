build-dbg/obj/scheduler/post_cap.o: scheduler/post_cap.c scheduler/post_cap.h \
 channels/rules.h messages/account.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/base/secret.h messages/post_history.h \
 messages/base/tz.h
scheduler/post_cap.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/secret.h:
messages/post_history.h:
messages/base/tz.h:
