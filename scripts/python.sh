#!/bin/sh
# Print a Python that works: `python.sh app` (3.11 or later) or `python.sh assistant` (3.10).
# A name on PATH may be a pyenv shim that only says "command not found", so each is tried by running it.
set -eu

runs() { # runs PYTHON CONDITION: is it there, and is its version right?
    "$1" -c "import sys, venv; sys.exit(not ($2))" >/dev/null 2>&1
}

case "${1:-}" in
app)
    want='sys.version_info >= (3, 11)'
    for python in python3 python3.13 python3.12 python3.11 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python; do
        if runs "$python" "$want"; then command -v "$python"; exit 0; fi
    done
    echo "Alongside needs Python 3.11 or later and found none on PATH or in pyenv. Install one (Debian: apt-get install python3 python3-venv) and try again." >&2
    exit 1
    ;;
assistant)
    want='sys.version_info[:2] == (3, 10)'
    for python in python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python; do
        if runs "$python" "$want"; then command -v "$python"; exit 0; fi
    done
    echo "      Python 3.10 is not here; uv fetches one" >&2
    if ! .tools/bin/uv python install -q 3.10 >&2; then
        echo "The assistant needs Python 3.10: it is neither on PATH nor in pyenv, and uv could not fetch it. Install it (for example 'pyenv install 3.10') and try again." >&2
        exit 1
    fi
    .tools/bin/uv python find 3.10
    ;;
*)
    echo "usage: python.sh app|assistant" >&2
    exit 2
    ;;
esac
