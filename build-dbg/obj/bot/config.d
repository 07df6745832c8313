build-dbg/obj/bot/config.o: bot/config.c bot/config.h bot/office_hours.h \
 messages/base/err.h channels/rules.h messages/account.h messages/audit.h \
 messages/store/db.h messages/base/secret.h messages/base/log.h \
 scheduler/housekeeping.h messages/cleanup.h messages/store/store.h \
 scheduler/quiet.h bot/dotenv.h bot/nearest.h bot/people.h \
 bot/answer/answer.h bot/answer/features.h bot/answer/words.h \
 messages/catalog.h messages/content.h messages/store/embedded.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 channels/sheet.h channels/splice.h messages/account_right.h \
 messages/account_template.h messages/doubt.h messages/run.h \
 messages/base/clock.h messages/base/crypto.h messages/base/mem.h \
 messages/base/tz.h messages/base/utf8.h
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
bot/dotenv.h:
bot/nearest.h:
bot/people.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/catalog.h:
messages/content.h:
messages/store/embedded.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/base/clock.h:
messages/base/crypto.h:
messages/base/mem.h:
messages/base/tz.h:
messages/base/utf8.h:
