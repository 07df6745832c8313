# Webhooks, verified, parsed, deduplicated and stored before the 200, against a bare 200.
hooks=${BENCH_HOOKS:-100000}

# hook KIND COUNT [FIRST]
hook() { env $(grep -E '^(VIBER_AUTH_TOKEN|ZALO_APP_ID|ZALO_OA_ID|ZALO_OA_SECRET)=' "$work/.env") \
    "$build/bench-webhook_load" "$port" "$connections" "$@"; }

# webhooks_over CONNECTIONS
webhooks_over() {
    connections=$1
    rm -f "$work"/*.rates
    start zalo 10
    i=0
    while [ "$i" -lt "$rounds" ]; do
        hook receipts "$hooks" $((i * hooks)) >>"$work/hook.rates"
        hook bare "$((hooks * 2))" >>"$work/plain.rates"
        i=$((i + 1))
    done
    [ "$(metric loa_webhook_events_total)" = $((rounds * hooks)) ] || fail 'events are missing'
    [ "$(metric loa_webhook_duplicates_total)" = 0 ] || fail 'events were taken for others'
    stop
    a=$(median <"$work/hook.rates")
    b=$(median <"$work/plain.rates")
    r=$(ratio "$a" "$b")
    row "webhooks, stored before the 200, $1 connections" "$a events/s" \
        "the same server's bare 200: $b requests/s" "$r" '>= 0.5' "$(verdict "$r >= 0.5")"
}
# More connections make larger commits and slow the bare side down: both numbers belong in the table.
case_webhooks() {
    for n in ${BENCH_CONNECTIONS:-64 512}; do
        webhooks_over "$n"
    done
}
