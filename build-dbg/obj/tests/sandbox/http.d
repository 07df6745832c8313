build-dbg/obj/tests/sandbox/http.o: tests/sandbox/http.c tests/sandbox/http.h \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h tests/sandbox/fault.h \
 tests/sandbox/live.h tests/sandbox/ledger.h
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/fault.h:
tests/sandbox/live.h:
tests/sandbox/ledger.h:
