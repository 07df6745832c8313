build-dbg/obj/tests/sandbox/fb_profile.o: tests/sandbox/fb_profile.c \
 tests/sandbox/fb.h tests/sandbox/http.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/ledger.h tests/sandbox/live.h
tests/sandbox/fb.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/ledger.h:
tests/sandbox/live.h:
