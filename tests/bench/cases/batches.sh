# Viber's batches of 300 against singles, both at the pace that the platform allows, and batches
# without a pace.

# viber WAYS COUNT: a broadcast by these ways; leaves the recipients a second in $rate.
viber() {
    start_sandbox
    new_store sqlite
    [ -z "${3:-}" ] || no_limits
    enroll viber "$2"
    loa account ways viber --set "$1" --user an
    serve a
    broadcast viber "$2"
    stop
    rate=$((${2} * 1000 / took))
}

case_batches() {
    viber single 500
    singles=$rate
    viber single,batch 150000
    batches=$rate
    viber single,batch 300000 unpaced
    r=$(ratio "$batches" "$singles")
    row 'Viber batches of 300 at the allowed pace' "$batches recipients/s (without a pace: $rate)" \
        "singles at theirs: $singles recipients/s" "$r" '>= 100' "$(verdict "$r >= 100")"
}
