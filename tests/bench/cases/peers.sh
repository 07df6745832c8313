# What one would otherwise take for a durable broadcast: a BullMQ queue on Redis (its log synced every
# second, where ours waits for the disk) with undici, against the same platform in the same run.
. "$here/cases/broadcast.sh"
peer_people=${BENCH_PEER_PEOPLE:-20000}

# The packages go into the build folder, as the lock file has them.
peers_ready() {
    mkdir -p "$build/peers"
    cp "$here/peers/package.json" "$here/peers/package-lock.json" "$here/peers/send.js" "$build/peers/"
    cmp -s "$build/peers/package-lock.json" "$build/peers/installed" && return
    (cd "$build/peers" && npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
        fail 'npm ci'
    cp "$build/peers/package-lock.json" "$build/peers/installed"
}
start_redis() {
    mkdir "$work/redis"
    redis-server --port 0 --unixsocket "$work/redis/s" --dir "$work/redis" --appendonly yes \
        --appendfsync everysec --save '' >"$work/redis.log" 2>&1 &
    others="$others $!"
    wait_for redis-cli -s "$work/redis/s" ping
}
# peer COUNT: leaves in $rate what BullMQ and undici make a second.
peer() {
    bare_headers
    rate=$(node "$build/peers/send.js" "$work/redis/s" "$sandbox/v3.0/oa/message/cs" "$1" 64 \
        "$work/body.json" 'Content-Type: application/json' "access_token: $token" \
        "appsecret_proof: $proof" 2>"$work/peer.log") || fail 'BullMQ'
}

case_peers() {
    rm -f "$work"/*.rates
    peers_ready
    bare_request
    start zalo "$people"
    start_redis
    peer 2000
    i=0
    while [ "$i" -lt "$rounds" ]; do
        broadcast zalo "$people"
        echo $((people * 1000 / took)) >>"$work/loa.rates"
        peer "$peer_people"
        echo "$rate" >>"$work/peer.rates"
        i=$((i + 1))
    done
    stop
    a=$(median <"$work/loa.rates")
    b=$(median <"$work/peer.rates")
    r=$(ratio "$a" "$b")
    row 'durable broadcast, SQLite' "$a messages/s" "BullMQ on Redis (everysec) with undici: $b messages/s" \
        "$r" '>= 6' "$(verdict "$r >= 6")"
}
