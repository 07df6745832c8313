build-dbg/obj/tests/sandbox/control_fault.o: tests/sandbox/control_fault.c \
 tests/sandbox/chaos.h tests/sandbox/fault.h tests/sandbox/http.h \
 tests/sandbox/sbx.h tests/sandbox/buf.h tests/sandbox/switch.h \
 tests/sandbox/text.h tests/sandbox/user.h tests/sandbox/control.h
tests/sandbox/chaos.h:
tests/sandbox/fault.h:
tests/sandbox/http.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
tests/sandbox/control.h:
