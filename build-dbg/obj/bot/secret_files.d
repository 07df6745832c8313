build-dbg/obj/bot/secret_files.o: bot/secret_files.c bot/secret_files.h \
 bot/config.h bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/base/mem.h
bot/secret_files.h:
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
messages/base/mem.h:
