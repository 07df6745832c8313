build-dbg/obj/bot/inbox.o: bot/inbox.c bot/inbox.h channels/event.h \
 messages/base/err.h messages/question.h messages/audit.h \
 messages/store/db.h messages/catalog.h bot/answer/answer.h \
 bot/answer/features.h bot/answer/words.h messages/content.h \
 bot/event_json.h messages/base/mem.h messages/contact.h \
 messages/base/crypto.h messages/base/secret.h messages/conversation.h \
 messages/inbound.h messages/doubt.h messages/run.h messages/privacy.h \
 messages/receipt.h scheduler/ref.h
bot/inbox.h:
channels/event.h:
messages/base/err.h:
messages/question.h:
messages/audit.h:
messages/store/db.h:
messages/catalog.h:
bot/answer/answer.h:
bot/answer/features.h:
bot/answer/words.h:
messages/content.h:
bot/event_json.h:
messages/base/mem.h:
messages/contact.h:
messages/base/crypto.h:
messages/base/secret.h:
messages/conversation.h:
messages/inbound.h:
messages/doubt.h:
messages/run.h:
messages/privacy.h:
messages/receipt.h:
scheduler/ref.h:
