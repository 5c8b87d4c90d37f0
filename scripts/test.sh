#!/bin/sh
# All tests: the app's, the assistant's, and Rasa's own validator. Every part runs, then the result is told.
set -u
failed=""
run() { # run NAME COMMAND...
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed
  - $name"
}

run "style, types and imports" sh -c '.venv/bin/ruff check -q . && .venv/bin/ruff format -q --check . && .venv/bin/mypy && .venv/bin/lint-imports >/dev/null'
run "the assistant's release" .venv/bin/alongside train
run "the assistant's data (rasa data validate)" sh scripts/rasa.sh validate
run "the assistant's tests" bot/.venv/bin/python -m pytest -c bot/pyproject.toml --rootdir . --confcutdir tests/bot tests/bot -q
run "the app's tests" .venv/bin/python -m pytest -q --ignore tests/bot

if [ -n "$failed" ]; then
    printf '\nFailed:%s\n' "$failed"
    exit 1
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        printf '\nAll tests passed.\n'
        exit 0
    fi
done
printf '\nWhat ran has passed, but THE BROWSER TESTS DID NOT RUN: no Chromium was found.\nInstall it (Debian: apt-get install chromium) and run "make test" again.\n'
