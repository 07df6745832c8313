build-dbg/obj/messages/account.o: messages/account.c messages/account.h \
 messages/audit.h messages/base/err.h messages/store/db.h \
 messages/base/secret.h messages/account_right.h messages/account_way.h \
 messages/base/crypto.h messages/base/json.h messages/base/mem.h \
 messages/user.h
messages/account.h:
messages/audit.h:
messages/base/err.h:
messages/store/db.h:
messages/base/secret.h:
messages/account_right.h:
messages/account_way.h:
messages/base/crypto.h:
messages/base/json.h:
messages/base/mem.h:
messages/user.h:
