build-dbg/obj/messages/stray.o: messages/stray.c messages/stray.h \
 messages/base/err.h messages/store/db.h messages/base/clock.h \
 messages/base/mem.h messages/inbound.h messages/doubt.h messages/run.h \
 messages/catalog.h
messages/stray.h:
messages/base/err.h:
messages/store/db.h:
messages/base/clock.h:
messages/base/mem.h:
messages/inbound.h:
messages/doubt.h:
messages/run.h:
messages/catalog.h:
