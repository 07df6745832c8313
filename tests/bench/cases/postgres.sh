# The same broadcast with a PostgreSQL server on the same machine.
. "$here/cases/broadcast.sh"

case_postgres() {
    against_bare postgres
    r=$(ratio "$a" "$b")
    row 'durable broadcast, PostgreSQL on the same machine' "$a messages/s" \
        "bare libuv + libcurl loop: $b requests/s" "$r" '>= 0.6' "$(verdict "$r >= 0.6")"
}
