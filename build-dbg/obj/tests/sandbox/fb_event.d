build-dbg/obj/tests/sandbox/fb_event.o: tests/sandbox/fb_event.c \
 tests/sandbox/citizen.h tests/sandbox/ledger.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/fb.h tests/sandbox/http.h \
 tests/sandbox/hook.h tests/sandbox/live.h
tests/sandbox/citizen.h:
tests/sandbox/ledger.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/fb.h:
tests/sandbox/http.h:
tests/sandbox/hook.h:
tests/sandbox/live.h:
