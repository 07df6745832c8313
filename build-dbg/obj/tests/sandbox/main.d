build-dbg/obj/tests/sandbox/main.o: tests/sandbox/main.c \
 tests/sandbox/control.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/fb.h tests/sandbox/ledger.h \
 tests/sandbox/hook.h tests/sandbox/live.h
tests/sandbox/control.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/fb.h:
tests/sandbox/ledger.h:
tests/sandbox/hook.h:
tests/sandbox/live.h:
