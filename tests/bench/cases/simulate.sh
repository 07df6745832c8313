# make simulate: unit costs of a node and of its PostgreSQL server, measured here, and what they come
# to for BENCH_ACCOUNTS accounts (100) with BENCH_FOLLOWERS followers each (1000000).
. "$here/cases/webhooks.sh"

sql() { psql -qAt -h "$work/pg/s1" -U loa -d postgres -c "$1"; }
server_ms() {
    server=$(head -n 1 "$work/pg/primary/postmaster.pid")
    for pid in $(ps -o pid= --ppid "$server"); do
        cpu_ms "$pid" 2>/dev/null || true
    done | awk '{n += $1} END {printf "%.0f", n}'
}
# The server's counts so far: commits, rows written, bytes of log, its processor time, the node's.
counts() {
    sleep 2 # the server adds them up once a second
    echo "$(sql "SELECT xact_commit, tup_inserted + tup_updated + tup_deleted,
        pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') FROM pg_stat_database
        WHERE datname = 'bench$databases'" | tr '|' ' ') $(server_ms) $(cpu_ms "$serve_pid")"
}
# spent ITEMS: what was counted between $before and $after, for each item:
# $commits $rows $bytes $server_us $node_us
spent() {
    read -r commits rows bytes server_us node_us <<-END
	$(echo "$before $after" | awk -v n="$1" '{printf "%.6f %.3f %.1f %.3f %.3f", ($6 - $1) / n,
	    ($7 - $2) / n, ($8 - $3) / n, ($9 - $4) * 1000 / n, ($10 - $5) * 1000 / n}')
	END
}

case_simulate() {
    units="$work/units"
    # Singles at the pace that Zalo allows, for some seconds.
    start_sandbox
    new_store postgres
    enroll zalo 1300
    serve a
    idle=$(cpu_ms "$serve_pid")
    sleep 10
    idle=$(awk -v a="$idle" -v b="$(cpu_ms "$serve_pid")" 'BEGIN {print (b - a) * 100}')
    before=$(counts)
    began=$(date +%s%N)
    broadcast zalo 1300
    after=$(counts)
    spent 1300
    {
        echo "idle_us $idle"
        awk -v all="$node_us" -v idle="$idle" -v ns="$(($(date +%s%N) - began))" \
            'BEGIN {cost = all - idle * ns / 1e9 / 1300; print "single_us", (cost > 0 ? cost : 0)}'
        echo "$commits" | awk -v took="$took" '{print "commits", $1 * 1300 * 1000 / took}'
    } >"$units"
    stop
    # What a recipient and a receipt cost the server, at full speed.
    start zalo "$people" postgres
    before=$(counts)
    broadcast zalo "$people"
    after=$(counts)
    spent "$people"
    printf 'server_us %s\nrows %s\nbytes %s\n' "$server_us" "$rows" "$bytes" >>"$units"
    connections=64
    before=$(counts)
    hook receipts "$hooks" >"$work/rate"
    after=$(counts)
    spent "$hooks"
    printf 'receipt_us %s\nserver_hook_us %s\nhook_commits %s\nhook_rows %s\nhook_bytes %s\n' \
        "$node_us" "$server_us" "$commits" "$rows" "$bytes" >>"$units"
    stop
    # Batches.
    start viber 150000 postgres
    before=$(counts)
    broadcast viber 150000
    after=$(counts)
    spent 150000
    echo "batched_us $node_us" >>"$units"
    stop
    "$build/bench-simulate" "${BENCH_ACCOUNTS:-100}" "${BENCH_FOLLOWERS:-1000000}" <"$units"
}
