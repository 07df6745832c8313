build-dbg/obj/messages/conversation.o: messages/conversation.c \
 messages/conversation.h messages/audit.h messages/base/err.h \
 messages/store/db.h messages/base/mem.h messages/inbound.h \
 messages/doubt.h messages/run.h messages/catalog.h messages/user.h \
 messages/base/secret.h
messages/conversation.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
messages/inbound.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
messages/user.h:
messages/base/secret.h:
