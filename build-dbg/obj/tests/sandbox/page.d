build-dbg/obj/tests/sandbox/page.o: tests/sandbox/page.c \
 tests/sandbox/page.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/citizen.h tests/sandbox/ledger.h \
 tests/sandbox/live.h
tests/sandbox/page.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/live.h:
