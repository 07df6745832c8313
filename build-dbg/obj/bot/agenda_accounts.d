build-dbg/obj/bot/agenda_accounts.o: bot/agenda_accounts.c bot/agenda_impl.h \
 bot/agenda.h bot/config.h bot/office_hours.h messages/base/err.h \
 channels/rules.h messages/account.h messages/audit.h messages/store/db.h \
 messages/base/secret.h messages/base/log.h scheduler/housekeeping.h \
 messages/cleanup.h messages/store/store.h scheduler/quiet.h \
 messages/account_right.h messages/catalog.h messages/message.h \
 messages/base/crypto.h messages/spec.h messages/content.h \
 channels/channel.h channels/event.h channels/http.h messages/base/buf.h \
 channels/sheet.h channels/splice.h messages/account_template.h \
 messages/doubt.h messages/run.h messages/base/clock.h \
 messages/base/mem.h messages/base/tz.h messages/held.h \
 messages/post_history.h scheduler/post_cap.h scheduler/ways.h \
 messages/account_way.h
bot/agenda_impl.h:
bot/agenda.h:
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
messages/account_right.h:
messages/catalog.h:
messages/message.h:
messages/base/crypto.h:
messages/spec.h:
messages/content.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/sheet.h:
channels/splice.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/base/clock.h:
messages/base/mem.h:
messages/base/tz.h:
messages/held.h:
messages/post_history.h:
scheduler/post_cap.h:
scheduler/ways.h:
messages/account_way.h:
