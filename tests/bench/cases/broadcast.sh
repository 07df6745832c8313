# A durable broadcast against the bare loop, in turn: SQLite.

# What the program posts, with its own headers: a body file and a list of header lines.
bare_request() {
    printf '{"recipient":{"user_id":"3000000000000000001"},"message":{"text":"%s"}}' "$text" \
        >"$work/body.json"
}
bare_headers() {
    token=$(order '{"op":"token","platform":"zalo"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
    proof=$(printf %s "$token" | openssl dgst -sha256 -hmac "$(setting ZALO_APP_SECRET)" | sed 's/.* //')
}
# bare COUNT: leaves in $rate what the bare loop makes a second.
bare() {
    bare_headers
    "$build/bench-bare_loop" "$sandbox/v3.0/oa/message/cs" "$1" 64 "$work/body.json" \
        'Content-Type: application/json' "access_token: $token" "appsecret_proof: $proof" \
        >"$work/bare.out"
    rate=$(awk '{for (i = 1; i < NF; i++) if ($i == "req/s") {print $(i + 1); exit}}' "$work/bare.out")
}

# against_bare STORE: leaves both medians in $a and $b.
against_bare() {
    rm -f "$work"/*.rates
    bare_request
    start zalo "$people" "$1"
    bare 20000
    i=0
    while [ "$i" -lt "$rounds" ]; do
        broadcast zalo "$people"
        echo $((people * 1000 / took)) >>"$work/loa.rates"
        bare "$people"
        echo "$rate" >>"$work/bare.rates"
        i=$((i + 1))
    done
    stop
    a=$(median <"$work/loa.rates")
    b=$(median <"$work/bare.rates")
}

case_broadcast() {
    against_bare sqlite
    r=$(ratio "$a" "$b")
    row 'durable broadcast, every outcome committed, SQLite' "$a messages/s" \
        "bare libuv + libcurl loop: $b requests/s" "$r" '>= 0.85' "$(verdict "$r >= 0.85")"
}
