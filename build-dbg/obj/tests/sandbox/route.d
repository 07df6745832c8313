build-dbg/obj/tests/sandbox/route.o: tests/sandbox/route.c \
 tests/sandbox/control.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/fault.h tests/sandbox/fb.h \
 tests/sandbox/ledger.h tests/sandbox/page.h tests/sandbox/viber.h \
 tests/sandbox/zalo.h
tests/sandbox/control.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/fault.h:
tests/sandbox/fb.h:
tests/sandbox/ledger.h:
tests/sandbox/page.h:
tests/sandbox/viber.h:
tests/sandbox/zalo.h:
