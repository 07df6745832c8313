build-dbg/obj/tests/sandbox/clock.o: tests/sandbox/clock.c \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
