build-dbg/obj/bot/feeds.o: bot/feeds.c bot/feeds.h bot/bot.h bot/config.h \
 bot/office_hours.h messages/base/err.h channels/rules.h \
 messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 bot/http_server.h bot/http_target.h channels/http.h messages/base/buf.h \
 bot/knowledge.h bot/answer/answer.h bot/answer/features.h \
 bot/answer/words.h messages/catalog.h messages/content.h bot/people.h \
 messages/store/embedded.h scheduler/engine.h channels/channel.h \
 channels/event.h channels/sheet.h channels/splice.h \
 messages/account_right.h messages/account_template.h messages/doubt.h \
 messages/run.h messages/inbound.h bot/feed.h messages/base/mem.h \
 messages/catalog_store.h
bot/feeds.h:
bot/bot.h:
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
bot/http_server.h:
bot/http_target.h:
channels/http.h:
messages/base/buf.h:
bot/knowledge.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/catalog.h:
messages/content.h:
bot/people.h:
messages/store/embedded.h:
scheduler/engine.h:
channels/channel.h:
channels/event.h:
channels/sheet.h:
channels/splice.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/inbound.h:
bot/feed.h:
messages/base/mem.h:
messages/catalog_store.h:
