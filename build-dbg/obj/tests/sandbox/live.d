build-dbg/obj/tests/sandbox/live.o: tests/sandbox/live.c tests/sandbox/live.h \
 tests/sandbox/ledger.h tests/sandbox/sbx.h tests/sandbox/buf.h \
 tests/sandbox/switch.h tests/sandbox/text.h tests/sandbox/user.h \
 tests/sandbox/http.h
tests/sandbox/live.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/http.h:
