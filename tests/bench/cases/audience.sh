# A broadcast to few and to many: what a recipient costs, and the memory it takes.
many=${BENCH_CONTACTS:-1000000}

# sent_to PEOPLE BROADCASTS: leaves the processor time of a recipient in $cost (ns, of the broadcasts
# after a first one that warms up) and the peak of memory in $peak (KiB).
sent_to() {
    start zalo "$1"
    i=0
    while [ "$i" -lt "$2" ]; do
        before=$(cpu_ms "$serve_pid")
        broadcast zalo "$1"
        awk -v a="$before" -v b="$(cpu_ms "$serve_pid")" -v n="$1" \
            'BEGIN {printf "%d\n", (b - a) * 1e6 / n}' >>"$work/$1.costs"
        i=$((i + 1))
    done
    cost=$(median <"$work/$1.costs")
    peak=$(awk '/VmHWM/ {print $2}' "/proc/$serve_pid/status")
    stop
}
us() { awk -v n="$1" 'BEGIN {printf "%.1f", n / 1000}'; }

case_audience() {
    sent_to 10000 15
    few=$cost few_peak=$peak
    sent_to "$many" 1
    r=$(ratio "$cost" "$few")
    row "processor time of a recipient, broadcast to $many" "$(us "$cost") us" \
        "to 10000: $(us "$few") us" "$r" '<= 1.1' "$(verdict "$r <= 1.1")"
    r=$(ratio "$peak" "$few_peak")
    row "peak memory, broadcast to $many" "$(ratio "$peak" 1024) MiB" \
        "to 10000: $(ratio "$few_peak" 1024) MiB" "$r" '< 64 MiB' "$(verdict "$peak < 65536")"
}
