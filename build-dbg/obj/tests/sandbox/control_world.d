build-dbg/obj/tests/sandbox/control_world.o: tests/sandbox/control_world.c \
 tests/sandbox/chaos.h tests/sandbox/fault.h tests/sandbox/http.h \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h tests/sandbox/citizen.h \
 tests/sandbox/ledger.h tests/sandbox/control.h tests/sandbox/fb.h \
 tests/sandbox/hook.h tests/sandbox/live.h tests/sandbox/zalo.h
tests/sandbox/chaos.h:
tests/sandbox/fault.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/control.h:
tests/sandbox/fb.h:
tests/sandbox/hook.h:
tests/sandbox/live.h:
tests/sandbox/zalo.h:
