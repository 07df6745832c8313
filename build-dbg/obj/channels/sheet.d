build-dbg/obj/channels/sheet.o: channels/sheet.c channels/sheet.h
channels/sheet.h:
