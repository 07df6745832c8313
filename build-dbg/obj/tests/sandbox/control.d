build-dbg/obj/tests/sandbox/control.o: tests/sandbox/control.c \
 tests/sandbox/control.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/citizen.h tests/sandbox/ledger.h
tests/sandbox/control.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
