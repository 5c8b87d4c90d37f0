#!/bin/sh
# Measure on this machine. Most of the time goes to training Rasa's stock pipeline: ten minutes or more on two cores.
set -eu
mkdir -p results
heldout=tests/nlu/heldout.jsonl
export TF_CPP_MIN_LOG_LEVEL=3 LOG_LEVEL=WARNING PYTHONWARNINGS=ignore

echo "== The inbox with 10,000 cases and a million messages"
.venv/bin/python benchmarks/inbox.py
echo "== From carer to inbox and back, while the assistant is kept busy"
.venv/bin/python -m benchmarks.handover
echo "== Two changes of answers, published while a carer talks, with Rasa's stock configuration beside it"
.venv/bin/python -m benchmarks.publishing --stock
echo "== The same with 2,000 answers"
.venv/bin/python -m benchmarks.publishing --answers 2000
echo "== The classifier alone: variants, calibration, refusals"
bot/.venv/bin/python -W ignore benchmarks/classifier.py "$heldout"
echo "== Training: the shipped answers, one more, and 2,000 (some minutes)"
bot/.venv/bin/python -W ignore -m benchmarks.training
echo "== Alongside, the way a carer's message goes"
.venv/bin/alongside evaluate "$heldout" --predictions results/alongside.jsonl
echo "== Rasa's stock pipeline on the same data (training takes minutes)"
bot/.venv/bin/python -W ignore benchmarks/stock/predict.py "$heldout" results/stock.jsonl
echo "== Side by side"
.venv/bin/python benchmarks/compare.py "$heldout" results/alongside.jsonl results/stock.jsonl
echo "== Forged calls of Telegram's webhook"
.venv/bin/python -m benchmarks.webhook
echo "== Telegram: a thousand updates, twenty kills, and a plain poller beside it (some minutes)"
.venv/bin/python -m benchmarks.telegram_crashes
