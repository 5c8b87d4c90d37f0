# Alongside. `make help` lists what there is; `make run` is all a new machine needs.
# Needs: git, make, Python 3.11 or later. Everything else is installed here, into this folder.

SHELL := /bin/sh
.DEFAULT_GOAL := help

APP := .venv/bin
BOT := bot/.venv/bin
UV := .tools/bin/uv
DATA_DIR := $(or $(ALONGSIDE_DATA_DIR),var)
COMPILE := pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

export RASA_TELEMETRY_ENABLED := false
export PYTHONPATH := $(CURDIR)
export ALONGSIDE_ENCODER_DIR := $(abspath $(DATA_DIR)/encoder)

.PHONY: help run test train shell lint bench clean setup encoder assets validate rasa-test lock chromium

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up everything and serve the chat on http://127.0.0.1:8000
	@$(APP)/alongside serve

test: setup chromium ## Set up everything and run all tests
	@sh scripts/test.sh

train: setup ## Train the assistant from the answers in data/
	@$(APP)/alongside train

shell: setup ## Talk to the assistant in the terminal (Rasa's own shell)
	@$(APP)/alongside shell

lint: setup ## Check style, types and who imports whom
	@$(APP)/ruff check . && $(APP)/ruff format --check . && $(APP)/mypy && $(APP)/lint-imports

validate: setup ## Check the assistant's data with Rasa's own validator
	@sh scripts/rasa.sh validate

rasa-test: setup ## Run Rasa's own tests: understanding (nlu) and conversations (core)
	@sh scripts/rasa.sh test

bench: setup ## Measure how carers' words are understood, with Rasa's stock pipeline beside it
	@sh scripts/bench.sh

lock: $(UV) ## Resolve the locked libraries anew
	@$(UV) $(COMPILE) --python-version 3.11 requirements/tools.in -o requirements/tools.txt
	@$(UV) $(COMPILE) --python-version 3.11 --override requirements/overrides.txt --all-extras pyproject.toml -o requirements/app.txt
	@cd bot && ../$(UV) $(COMPILE) --python-version 3.10 --all-extras pyproject.toml -o ../requirements/assistant.txt

clean: ## Remove everything that was installed or built; conversations in var/ stay
	rm -rf .venv .tools bot/.venv node_modules api/static/vendor results alongside.egg-info $(DATA_DIR)/encoder $(DATA_DIR)/releases

setup: .venv/.installed bot/.venv/.installed $(DATA_DIR)/encoder/encoder.json assets

$(UV): requirements/tools.txt scripts/python.sh
	@echo "[1/5] uv, the installer"
	@rm -rf .tools && "$$(sh scripts/python.sh app)" -m venv .tools
	@.tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $(UV)

.venv/.installed: requirements/app.txt pyproject.toml $(UV)
	@echo "[2/5] The app's libraries (up to a minute the first time)"
	@$(UV) venv -q --allow-existing --python "$$(sh scripts/python.sh app)" .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync -q --require-hashes requirements/app.txt
	@VIRTUAL_ENV=.venv $(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

bot/.venv/.installed: requirements/assistant.txt $(UV)
	@echo "[3/5] The assistant's libraries: Rasa on Python 3.10 (about 2 GB; some minutes the first time)"
	@$(UV) venv -q --allow-existing --python "$$(sh scripts/python.sh assistant)" bot/.venv
	@VIRTUAL_ENV=bot/.venv $(UV) pip sync -q --require-hashes requirements/assistant.txt
	@touch $@

encoder: $(DATA_DIR)/encoder/encoder.json ## Build the sentence encoder from its pinned weights

$(DATA_DIR)/encoder/encoder.json: .venv/.installed $(wildcard alongside/encoder/*.py)
	@echo "[4/5] The sentence encoder (built once from the pinned weights)"
	@$(APP)/python -m alongside.encoder build --out $(DATA_DIR)/encoder
	@touch $@

assets: .venv/.installed
	@sh scripts/assets.sh

chromium:
	@sh scripts/chromium.sh
