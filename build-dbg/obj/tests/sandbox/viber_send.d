build-dbg/obj/tests/sandbox/viber_send.o: tests/sandbox/viber_send.c \
 tests/sandbox/citizen.h tests/sandbox/ledger.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/fault.h tests/sandbox/http.h \
 tests/sandbox/viber.h
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/fault.h:
tests/sandbox/http.h:
tests/sandbox/viber.h:
