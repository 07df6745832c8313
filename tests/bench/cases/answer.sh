# One question on one core, and how well the labelled questions are understood.
case_answer() {
    "$build/bench-answer_time" tests/answer/queries-dev.jsonl >"$work/answer"
    read -r half most n <"$work/answer"
    row "one question, median of $n" "$half us" "99th percentile: $most us" '' '< 100 us' \
        "$(verdict "$half < 100")"
    tests/answer/score "$build" | tee "$work/answer-score" >&2
}
