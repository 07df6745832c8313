# What a delivery takes in the store, and what a recipient costs it in audiences of any size.
case_store() {
    "$build/bench-store_bytes" "$work" "${BENCH_DELIVERIES:-1000000}"
    "$build/bench-store_flat" "$work" "${BENCH_CONTACTS:-1000000}"
}
