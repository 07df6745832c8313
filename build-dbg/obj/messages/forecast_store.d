build-dbg/obj/messages/forecast_store.o: messages/forecast_store.c \
 messages/forecast_store.h messages/base/err.h messages/run.h \
 messages/catalog.h messages/store/db.h messages/base/mem.h
messages/forecast_store.h:
messages/base/err.h:
messages/run.h:
messages/catalog.h:
messages/store/db.h:
messages/base/mem.h:
