build-dbg/obj/bot/standing_do.o: bot/standing_do.c bot/answer/phrasebook.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/base/err.h messages/catalog.h messages/content.h \
 messages/base/buf.h bot/reminder_text.h messages/reminder.h \
 messages/event_change.h messages/audit.h messages/store/db.h \
 scheduler/quiet.h bot/standing.h messages/base/clock.h \
 messages/base/mem.h messages/base/utf8.h messages/contact.h \
 messages/base/crypto.h messages/base/secret.h
bot/answer/phrasebook.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
messages/base/buf.h:
bot/reminder_text.h:
messages/reminder.h:
messages/event_change.h:
messages/audit.h:
messages/store/db.h:
scheduler/quiet.h:
bot/standing.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/utf8.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
