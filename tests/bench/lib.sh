# lib.sh: what the cases of `run` share. A case starts a platform (start_sandbox), a store (new_store),
# people (enroll), one node or several (serve), measures, and ends all with stop.

work=$(mktemp -d)
chmod 755 "$work" # the database server runs as somebody else
sandbox_pid=''
others='' # processes of the cases' own
nodes=''  # names of the nodes that run; NAME.pid, .port, .log, .env in $work

end_all() {
    for name in $nodes; do
        kill -TERM "$(cat "$work/$name.pid")" 2>/dev/null || true
    done
    [ -z "$sandbox_pid$others" ] || kill -TERM $sandbox_pid $others 2>/dev/null || true
    wait 2>/dev/null || true
    [ ! -d "$work/pg" ] || tests/postgres/cluster stop "$work/pg"
    rm -rf "$work"
}
trap end_all EXIT
trap 'exit 130' INT TERM

fail() {
    echo "bench: $*" >&2
    tail -n 5 "$work"/*.log >&2
    exit 1
}
wait_for() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -le 6000 ] || fail "never came true: $*"
        sleep 0.1
    done
}

# ---- numbers -------------------------------------------------------------------------------

# number KEY: an integer in the JSON on stdin.
number() { sed -n "s/.*\"$1\": *\([0-9][0-9]*\).*/\1/p" | head -n 1; }
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.2f", a / b}'; }
# verdict CONDITION: an awk expression.
verdict() { awk "BEGIN {print ($1) ? \"reached\" : \"missed\"}"; }
row() { printf '| %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" "$5" "$6"; }
# cpu_ms PID: the processor time of a process so far.
cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) * 1000 / hz}' "/proc/$1/stat"; }

# ---- the platform --------------------------------------------------------------------------

order() { curl -sf -X POST "$sandbox/_control" -d "$1"; }
setting() { sed -n "s/^$1=//p" "$work/.env"; }

# A new one for each store, as a refresh token is good for one use only. $work/.env gets what every
# node of the case is told.
start_sandbox() {
    : >"$work/sandbox.log"
    rm -f "$work/.env"
    "$build/loa-sandbox" --quiet --listen 127.0.0.1:0 --env-out "$work/.env" >"$work/sandbox.log" 2>&1 &
    sandbox_pid=$!
    wait_for grep -q ready "$work/sandbox.log"
    sandbox=$(sed -n 's/^sandbox: ready \([^ ]*\).*/\1/p' "$work/sandbox.log")
}

# contacts CHANNEL COUNT: followers at the sandbox, if there is one, and the same as a contacts file.
contacts() {
    seen=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    [ -z "$sandbox_pid" ] || order "{\"op\":\"add_followers\",\"platform\":\"$1\",\"count\":$2,\"ids\":$([ "$1" = zalo ] && echo 0 || echo "$2")}" \
        >"$work/followers"
    echo 'id,subscribed,last_seen' >"$work/contacts.csv"
    if [ "$1" = zalo ]; then
        awk -v n="$2" -v seen="$seen" 'BEGIN {
            for (i = 1; i <= n; i++) printf "3000000000%09d,1,%s\n", i, seen
        }' >>"$work/contacts.csv"
    else
        sed 's/.*"ids":\[//; s/\].*//' "$work/followers" | tr ',' '\n' | tr -d '"' |
            sed "s/\$/,1,$seen/" >>"$work/contacts.csv"
    fi
}

# ---- the program ---------------------------------------------------------------------------

loa() { "$build/loa" "$@" --env "$work/.env" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "loa $*"; }; }

# new_store sqlite|postgres: an empty one, as $work/.env says from now on.
databases=0
new_store() {
    if [ "$1" = sqlite ]; then
        rm -f "$work"/loa.db*
        store="sqlite:$work/loa.db"
    else
        [ -d "$work/pg" ] || pg_url=$(tests/postgres/cluster start "$work/pg")
        databases=$((databases + 1))
        psql -q -h "$work/pg/s1" -U loa -d postgres -c "CREATE DATABASE bench$databases" >"$work/psql.log" 2>&1 ||
            fail 'no database'
        store="$pg_url/bench$databases"
    fi
    cat >>"$work/.env" <<-END
	LOA_LISTEN=127.0.0.1:0
	LOA_STORE=$store
	LOA_QUIET_HOURS=off
	LOA_APPROVALS=0
	LOA_SECRET_KEY=0123456789abcdef0123456789abcdef
	END
    loa migrate
    loa user add an --role admin
}
# The pace of the contracts is lifted where it would be all that is measured.
no_limits() {
    for channel in ZALO VIBER FACEBOOK; do
        ! grep -q "^${channel}_" "$work/.env" || echo "${channel}_RATE=100000000" >>"$work/.env"
    done
}
# enroll CHANNEL COUNT [ACCOUNT]
enroll() {
    contacts "$1" "$2"
    loa contacts import "$work/contacts.csv" --account "${3:-$1}" --user an
}

# serve NAME: a node; leaves $serve_pid and $port. Its log is $work/NAME.log.
serve() {
    : >"$work/$1.log"
    { cat "$work/.env" && echo "LOA_NODE=$1"; } >"$work/$1.env"
    "$build/loa" serve --env "$work/$1.env" 2>>"$work/$1.log" &
    serve_pid=$!
    echo "$serve_pid" >"$work/$1.pid"
    nodes="$nodes $1"
    wait_for grep -q '"event":"ready"' "$work/$1.log"
    port=$(number port <"$work/$1.log")
    echo "$port" >"$work/$1.port"
    wait_for curl -sf "http://127.0.0.1:$port/readyz"
}
stop() {
    for name in $nodes; do
        pid=$(cat "$work/$name.pid")
        kill -TERM "$pid"
        wait "$pid" || fail "$name did not end well"
        rm "$work/$name".*
    done
    nodes=''
    [ -z "$sandbox_pid$others" ] || kill -TERM $sandbox_pid $others 2>/dev/null || true
    wait
    sandbox_pid=''
    others=''
}
metric() { curl -sf "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 == name {print $2}'; }

# start CHANNEL PEOPLE [sqlite|postgres]: platform, store with that audience, one node, no limits.
start() {
    start_sandbox
    new_store "${3:-sqlite}"
    no_limits
    enroll "$1" "$2"
    serve a
}

# ---- a broadcast ---------------------------------------------------------------------------

text='Mời bà con dự lễ khai mạc Tuần lễ hưởng ứng học tập suốt đời lúc 7 giờ 30 sáng mai tại Trung tâm Hội nghị tỉnh, 46 Trần Phú, Nha Trang.'

# message CHANNELS: leaves the number of a message that is due in $id.
message() {
    loa message new --user an --title T --text "$text" --channels "$1" --deliver direct --json
    id=$(number id <"$work/out")
    loa message submit "$id" --user an
    loa message schedule "$id" --user an
}
runs_over() { [ "$(cat "$work"/?.log | grep -c '"event":"run is over"')" -ge "$1" ]; }
# Milliseconds from the first run's start to the last one's end, by the nodes' own logs.
run_ms() {
    cat "$work"/?.log | awk -F'"' '
        function ms(t, p) {
            split(substr(t, 12, 12), p, "[:.]")
            return ((p[1] * 60 + p[2]) * 60 + p[3]) * 1000 + p[4]
        }
        /"event":"run"/ {t = ms($4); if (a == "" || t < a) a = t}
        /"run is over"/ {t = ms($4); if (t > b) b = t}
        END {d = b - a; print d < 0 ? d + 86400000 : d}'
}
# broadcast CHANNELS COUNT [RUNS]: sends to all of them, leaves the milliseconds in $took.
broadcast() {
    for log in "$work"/?.log; do
        : >"$log"
    done
    message "$1"
    wait_for runs_over "${3:-1}"
    loa message show "$id" --json
    sent=$(tr ',' '\n' <"$work/out" | sed -n 's/.*"sent": *\([0-9]*\).*/\1/p' | awk '{n += $1} END {print n}')
    [ "$sent" = "$2" ] || fail "message $id did not reach all: $(cat "$work/out")"
    took=$(run_ms)
}
