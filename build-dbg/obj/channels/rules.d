build-dbg/obj/channels/rules.o: channels/rules.c channels/rules.h \
 messages/account.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/base/secret.h channels/channel.h \
 channels/event.h channels/http.h messages/base/buf.h channels/sheet.h \
 channels/splice.h messages/content.h messages/account_right.h \
 messages/account_template.h messages/doubt.h messages/run.h \
 messages/catalog.h messages/base/tz.h
channels/rules.h:
messages/account.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/secret.h:
channels/channel.h:
channels/event.h:
channels/http.h:
messages/base/buf.h:
channels/sheet.h:
channels/splice.h:
messages/content.h:
messages/account_right.h:
messages/account_template.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/base/tz.h:
