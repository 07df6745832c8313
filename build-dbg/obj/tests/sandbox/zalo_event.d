build-dbg/obj/tests/sandbox/zalo_event.o: tests/sandbox/zalo_event.c \
 tests/sandbox/citizen.h tests/sandbox/ledger.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/hook.h tests/sandbox/live.h \
 tests/sandbox/zalo.h tests/sandbox/http.h
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/hook.h:
tests/sandbox/live.h:
tests/sandbox/zalo.h:
tests/sandbox/http.h:
