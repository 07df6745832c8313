build-dbg/obj/bot/cli/cli_place.o: bot/cli/cli_place.c bot/cli/cli_place.h \
 messages/base/err.h messages/store/db.h messages/base/mem.h \
 messages/store/lock.h
bot/cli/cli_place.h:
messages/base/err.h:
messages/store/db.h:
messages/base/mem.h:
messages/store/lock.h:
