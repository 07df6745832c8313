build-dbg/obj/tests/sandbox/zalo_send.o: tests/sandbox/zalo_send.c \
 tests/sandbox/citizen.h tests/sandbox/ledger.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/zalo.h tests/sandbox/http.h \
 tests/sandbox/zalo_legacy.h
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/zalo.h:
tests/sandbox/http.h:
tests/sandbox/zalo_legacy.h:
