build-dbg/obj/tests/sandbox/zalo_legacy.o: tests/sandbox/zalo_legacy.c \
 tests/sandbox/zalo_legacy.h tests/sandbox/zalo.h tests/sandbox/http.h \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h tests/sandbox/ledger.h \
 tests/sandbox/citizen.h tests/sandbox/hook.h
tests/sandbox/zalo_legacy.h:
tests/sandbox/zalo.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/ledger.h:
tests/sandbox/citizen.h:
tests/sandbox/hook.h:
