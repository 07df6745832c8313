# One question on one core, over the demonstration's content and over a large office's, what the index
# costs there, and how well the labelled questions are understood.
answer_time() {
    "$build/bench-answer_time" tests/answer/queries-dev.jsonl "$@" >"$work/answer"
    read -r half most n index memory <"$work/answer"
}
case_answer() {
    answer_time
    row "one question, median of $n" "$half us" "99th percentile: $most us" '' '< 50 us' \
        "$(verdict "$half < 50")"
    answer_time 10000 1000
    row "over 10,000 events and 1,000 FAQ entries, median of $n" "$half us" \
        "99th percentile: $most us" '' '< 50 us, < 500 us' "$(verdict "$half < 50 && $most < 500")"
    row "building that index" "$index ms" "with the content: $((memory / 1024)) MiB" '' \
        '< 200 ms, < 32 MiB' "$(verdict "$index < 200 && $memory < 32768")"
    tests/answer/score "$build" >&2
}
