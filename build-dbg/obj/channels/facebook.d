build-dbg/obj/channels/facebook.o: channels/facebook.c \
 channels/facebook_private.h channels/channel.h channels/event.h \
 channels/http.h messages/base/buf.h messages/base/secret.h \
 channels/rules.h messages/account.h messages/audit.h messages/base/err.h \
 messages/store/db.h channels/sheet.h channels/splice.h \
 messages/content.h messages/account_right.h messages/account_template.h \
 messages/doubt.h messages/run.h messages/catalog.h \
 messages/base/crypto.h messages/base/json.h messages/base/mem.h
channels/facebook_private.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
messages/base/secret.h:
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
channels/sheet.h:
channels/splice.h:
messages/content.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/base/crypto.h:
messages/base/json.h:
messages/base/mem.h:
