# Two nodes on two accounts against one node on one, over one PostgreSQL server. The platform takes
# its time for each answer, as real ones do, so that it bounds an account's rate and not the cores
# that all of them share on this machine; what a recipient costs in processor time is shown as well.
crowd=${BENCH_CROWD:-20000}
answer_ms=20

node_cpu() { for name in $nodes; do cpu_ms "$(cat "$work/$name.pid")"; done | awk '{n += $1} END {print n}'; }
# sent_by NODES CHANNELS COUNT RUNS: leaves $rate and $cost (us a recipient).
sent_by() {
    for name in $1; do
        serve "$name"
    done
    wait_for shared_out
    before=$(node_cpu)
    broadcast "$2" "$3" "$4"
    cost=$(awk -v a="$before" -v b="$(node_cpu)" -v n="$3" 'BEGIN {printf "%.0f", (b - a) * 1000 / n}')
    rate=$(($3 * 1000 / took))
}
# Each node works an account at least.
shared_out() {
    for name in $nodes; do
        curl -sf "http://127.0.0.1:$(cat "$work/$name.port")/readyz" | grep -q '"here":true' || return 1
    done
}

case_nodes() {
    start_sandbox
    sed -i '/^VIBER_/d' "$work/.env" # two accounts, one for each node
    new_store postgres
    no_limits
    enroll zalo "$crowd"
    enroll facebook "$crowd"
    for platform in zalo facebook; do
        order "{\"op\":\"delay\",\"platform\":\"$platform\",\"ms\":$answer_ms}" >/dev/null
    done
    sent_by a zalo "$crowd" 1
    one=$rate one_cost=$cost
    sent_by b zalo,facebook $((crowd * 2)) 2
    two=$rate
    stop
    r=$(ratio "$two" "$one")
    row "two nodes on two accounts, a platform that answers in $answer_ms ms" \
        "$two messages/s at $cost us each" "one node on one: $one messages/s at $one_cost us" "$r" '>= 1.8' \
        "$(verdict "$r >= 1.8")"
}
