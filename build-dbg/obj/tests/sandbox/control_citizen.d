build-dbg/obj/tests/sandbox/control_citizen.o: \
 tests/sandbox/control_citizen.c tests/sandbox/citizen.h \
 tests/sandbox/ledger.h tests/sandbox/sbx.h tests/sandbox/buf.h \
 tests/sandbox/switch.h tests/sandbox/text.h tests/sandbox/user.h \
 tests/sandbox/control.h tests/sandbox/http.h tests/sandbox/fb.h \
 tests/sandbox/live.h tests/sandbox/viber.h tests/sandbox/zalo.h
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/control.h:
tests/sandbox/http.h:
tests/sandbox/fb.h:
tests/sandbox/live.h:
tests/sandbox/viber.h:
tests/sandbox/zalo.h:
