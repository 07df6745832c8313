build-dbg/obj/tests/sandbox/user.o: tests/sandbox/user.c tests/sandbox/user.h \
 tests/sandbox/buf.h tests/sandbox/text.h
tests/sandbox/user.h:
tests/sandbox/buf.h:
tests/sandbox/text.h:
