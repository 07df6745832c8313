build-dbg/obj/tests/sandbox/hook_sign.o: tests/sandbox/hook_sign.c \
 tests/sandbox/hook.h tests/sandbox/sbx.h tests/sandbox/buf.h \
 tests/sandbox/switch.h tests/sandbox/text.h tests/sandbox/user.h
tests/sandbox/hook.h:
tests/sandbox/sbx.h:
tests/sandbox/buf.h:
tests/sandbox/switch.h:
tests/sandbox/text.h:
tests/sandbox/user.h:
