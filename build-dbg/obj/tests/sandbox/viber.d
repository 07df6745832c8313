build-dbg/obj/tests/sandbox/viber.o: tests/sandbox/viber.c \
 tests/sandbox/viber.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/ledger.h
tests/sandbox/viber.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/ledger.h:
