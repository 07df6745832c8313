build-dbg/obj/bot/offer.o: bot/offer.c bot/offer.h bot/answer/answer.h \
 bot/answer/features.h bot/answer/words.h messages/base/err.h \
 messages/catalog.h messages/content.h channels/channel.h \
 channels/event.h channels/http.h messages/base/buf.h \
 messages/base/secret.h channels/rules.h messages/account.h \
 messages/audit.h messages/store/db.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 messages/run.h bot/answer/phrasebook.h messages/base/clock.h \
 messages/base/mem.h messages/base/utf8.h
bot/offer.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/base/err.h:
messages/catalog.h:
messages/content.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/store/db.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
bot/answer/phrasebook.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/utf8.h:
