# One question on one core.
case_answer() {
    "$build/bench-answer_time" tests/answer/queries-dev.jsonl >"$work/answer"
    read -r half most n <"$work/answer"
    row "one question, median of $n" "$half us" "99th percentile: $most us" '' '< 100 us' \
        "$(verdict "$half < 100")"
}
