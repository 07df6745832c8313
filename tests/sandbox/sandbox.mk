# What loa-sandbox needs: h2o on its own event loop (half as fast again as on libuv).
PACKAGES_SANDBOX := libh2o-evloop-dev libcurl4-openssl-dev libcjson-dev libsodium-dev \
    libutf8proc-dev libssl-dev
SANDBOX_LIBS := -lh2o-evloop -lcurl -lcjson -lsodium -lutf8proc -lssl -lcrypto -lpthread

# The page is taken into the binary by .incbin, which no dependency file tells of.
$(B)/obj/tests/sandbox/page.o: $(wildcard tests/sandbox/page/*)
