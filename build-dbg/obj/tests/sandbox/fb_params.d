build-dbg/obj/tests/sandbox/fb_params.o: tests/sandbox/fb_params.c \
 tests/sandbox/fb.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/ledger.h
tests/sandbox/fb.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/ledger.h:
