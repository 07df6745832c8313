build-dbg/obj/tests/sandbox/request.o: tests/sandbox/request.c \
 tests/sandbox/http.h tests/sandbox/sbx.h tests/sandbox/buf.h \
 tests/sandbox/switch.h tests/sandbox/text.h tests/sandbox/user.h
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
