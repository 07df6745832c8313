build-dbg/obj/tests/sandbox/ledger.o: tests/sandbox/ledger.c \
 tests/sandbox/ledger.h tests/sandbox/sbx.h tests/sandbox/buf.h \
 tests/sandbox/switch.h tests/sandbox/text.h tests/sandbox/user.h \
 tests/sandbox/live.h
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/live.h:
