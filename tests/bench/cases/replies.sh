# How long a citizen waits for an answer while the account is idle, and while it sends a broadcast
# at full speed. The platform is bench-reply_time itself, so that it can tell.

# ask COUNT PER_SECOND FIRST: leaves median and 99th percentile in $half and $most (us).
ask() {
    echo "ask $port $*" >&9
    read -r half most worst <&8
}

case_replies() {
    mkfifo "$work/ask" "$work/said"
    env ZALO_APP_ID=1 ZALO_OA_ID=2 ZALO_OA_SECRET=secret "$build/bench-reply_time" \
        <"$work/ask" >"$work/said" &
    others=$!
    exec 9>"$work/ask" 8<"$work/said"
    read -r platform <&8
    cat >"$work/.env" <<-END
	ZALO_APP_ID=1
	ZALO_APP_SECRET=app-secret
	ZALO_OA_ID=2
	ZALO_OA_SECRET=secret
	ZALO_REFRESH_TOKEN=bench-refresh
	ZALO_API_BASE=http://127.0.0.1:$platform
	ZALO_OAUTH_BASE=http://127.0.0.1:$platform
	END
    new_store sqlite
    no_limits
    loa events import content/events.json --user an
    loa faq import content/faq.json --user an
    enroll zalo $((people * 4))
    serve a
    ask 200 100 0 # warms up
    rm -f "$work/idle" "$work/busy"
    i=1
    while [ "$i" -le "$rounds" ]; do
        ask 300 100 $((i * 100000))
        echo "$most" >>"$work/idle"
        for log in "$work"/?.log; do
            : >"$log"
        done
        message zalo
        wait_for grep -q '"event":"run"' "$work/a.log"
        ask 300 100 $((i * 100000 + 50000))
        echo "$most" >>"$work/busy"
        ! grep -q '"event":"run is over"' "$work/a.log" || fail 'the broadcast ended before the questions'
        loa message cancel "$id" --user an
        wait_for grep -q '"event":"run is over"' "$work/a.log"
        i=$((i + 1))
    done
    exec 9>&- 8<&-
    stop
    a=$(median <"$work/busy")
    b=$(median <"$work/idle")
    r=$(ratio "$a" "$b")
    row 'an answer during a broadcast at full speed, 99th percentile' "$a us" "idle: $b us" "$r" '<= 2' \
        "$(verdict "$r <= 2")"
}
