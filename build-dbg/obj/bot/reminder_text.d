build-dbg/obj/bot/reminder_text.o: bot/reminder_text.c bot/reminder_text.h \
 messages/base/buf.h messages/content.h messages/base/err.h \
 messages/reminder.h messages/catalog.h messages/event_change.h \
 messages/audit.h messages/store/db.h scheduler/quiet.h \
 bot/answer/phrasebook.h bot/answer/answer.h bot/answer/features.h \
 bot/answer/words.h messages/base/clock.h messages/base/mem.h \
 messages/base/tz.h messages/online.h
bot/reminder_text.h:
messages/base/buf.h:
messages/content.h:
messages/base/err.h:
messages/reminder.h:
messages/catalog.h:
messages/event_change.h:
messages/audit.h:
messages/store/db.h:
scheduler/quiet.h:
bot/answer/phrasebook.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/online.h:
