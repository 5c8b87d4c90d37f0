#!/bin/sh
# Rasa's own tools on our data: `rasa.sh validate`, `rasa.sh test`.
set -eu
python=bot/.venv/bin/python
rasa="$python -W ignore -m rasa"
export TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1 RASA_TELEMETRY_ENABLED=false

model() { # the newest model; trains one when there is none
    .venv/bin/alongside train >&2
    ls -t "${ALONGSIDE_DATA_DIR:-var}"/releases/*.tar.gz | head -n 1
}

case "${1:-}" in
validate)
    $rasa data validate --domain bot/domain --data data/nlu data/stories --config config.yml --fail-on-warnings
    ;;
test)
    model=$(model)
    mkdir -p build
    .venv/bin/python scripts/heldout_as_rasa.py tests/nlu/heldout.jsonl build/heldout.yml
    $rasa test nlu --model "$model" --nlu build/heldout.yml --domain bot/domain --config config.yml --out results/nlu --no-plot
    # Actions are not run in these tests; the file that names their server wants an address all the same.
    export ALONGSIDE_ACTIONS_URL=http://127.0.0.1:9/webhook ALONGSIDE_ACTIONS_TOKEN=none
    $rasa test core --model "$model" --stories tests/conversations --endpoints bot/endpoints.yml --out results/core --fail-on-prediction-errors
    ;;
*)
    echo "usage: rasa.sh validate|test" >&2
    exit 2
    ;;
esac
