#!/bin/sh
# All tests: the app's, the assistant's, and Rasa's own validator. Every part runs, two side by side; then the result is told.
set -u
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

run() { # run NAME COMMAND...: its output is printed whole when it has ended, so that two parts side by side stay readable
    name=$1
    shift
    started=$(date +%s)
    output=$(mktemp -p "$results")
    "$@" >"$output" 2>&1
    code=$?
    printf '\n== %s (%s s)\n' "$name" "$(($(date +%s) - started))"
    cat "$output"
    [ "$code" -eq 0 ] || echo "  - $name" >>"$results/failed"
}

style() {
    .venv/bin/ruff check -q . && .venv/bin/ruff format -q --check . && .venv/bin/mypy && .venv/bin/lint-imports
}
assistant() {
    bot/.venv/bin/python -m pytest -c bot/pyproject.toml --rootdir . --confcutdir tests/bot tests/bot -q
}
app() { # the tests of the pages and of the real model run for themselves: each has one browser or one server for all of them
    .venv/bin/python -m pytest -q -n 2 --dist worksteal --ignore tests/bot --ignore tests/live --ignore tests/browser
}

has_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && return
    done
    return 1
}
pages() {
    .venv/bin/python -m pytest -q tests/browser
    code=$?
    [ "$code" -eq 5 ] && ! has_chromium && return # every test is left out then, which the end of the run says
    return "$code"
}

run "style, types and imports" style &
run "the assistant's release" .venv/bin/alongside train
wait
{
    run "the assistant's data (rasa data validate)" sh scripts/rasa.sh validate
    run "the assistant's tests" assistant
    run "the whole app with the real assistant" .venv/bin/python -m pytest -q tests/live
} &
run "the app's tests" app
wait
run "the pages in a browser" pages # alone: what a page shows for seconds must not be missed on a busy machine

if [ -e "$results/failed" ]; then
    printf '\nFailed:\n'
    cat "$results/failed"
    exit 1
fi
if has_chromium; then
    printf '\nAll tests passed.\n'
    exit 0
fi
printf '\nWhat ran has passed, but THE BROWSER TESTS DID NOT RUN: no Chromium was found.\nInstall it (Debian: apt-get install chromium) and run "make test" again.\n'
