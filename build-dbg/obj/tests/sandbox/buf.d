build-dbg/obj/tests/sandbox/buf.o: tests/sandbox/buf.c tests/sandbox/buf.h
tests/sandbox/buf.h:
