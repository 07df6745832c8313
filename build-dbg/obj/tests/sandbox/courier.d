build-dbg/obj/tests/sandbox/courier.o: tests/sandbox/courier.c \
 tests/sandbox/courier.h tests/sandbox/hook.h tests/sandbox/sbx.h \
 tests/sandbox/buf.h tests/sandbox/switch.h tests/sandbox/text.h \
 tests/sandbox/user.h tests/sandbox/http.h
tests/sandbox/courier.h:
tests/sandbox/hook.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/http.h:
