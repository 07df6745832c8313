build-dbg/obj/tests/sandbox/log.o: tests/sandbox/log.c tests/sandbox/http.h \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
