build-dbg/obj/messages/account_template.o: messages/account_template.c \
 messages/account_template.h messages/base/err.h messages/content.h \
 messages/store/db.h messages/base/mem.h
messages/account_template.h:
messages/base/err.h:
messages/content.h:
messages/store/db.h:
messages/base/mem.h:
