build-dbg/obj/tests/sandbox/switch.o: tests/sandbox/switch.c \
 tests/sandbox/switch.h tests/sandbox/buf.h
tests/sandbox/switch.h:
tests/sandbox/buf.h:
