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
    row "over 10,000 events and 1,000 FAQ entries, median of $n" "$half us" '' '' '< 50 us' \
        "$(verdict "$half < 50")"
    row "the same, 99th percentile" "$most us" '' '' '< 500 us' "$(verdict "$most < 500")"
    row "building that index, on the worker thread" "$index ms of a processor" '' '' '< 200 ms' \
        "$(verdict "$index < 200")"
    row "memory of that index with the content" "$((memory / 1024)) MiB" '' '' '< 32 MiB' \
        "$(verdict "$memory < 32768")"
    tests/answer/score "$build" >&2
}
