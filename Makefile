# Everything that one does with Vis-à-vis; `make help` lists it.  A stamp under .venv remembers each
# finished step, so that nothing is installed or built again before its lock file or sources change.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
# What is compiled is kept, even on a machine that would not: tests alone start hundreds of processes of ours.
unexport PYTHONDONTWRITEBYTECODE

ARGS ?=
NAME ?=
BIN := .venv/bin
STAMPS := .venv/stamps
WEB := app/web
CONTRACT := tests/contract
PEERS := benchmarks/peers
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The virtual environment first: it brings npm where the machine has none.
NPM := cd $(WEB) && PATH="$(CURDIR)/$(BIN):$$PATH" npm_config_update_notifier=false npm
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
NODE_IS_RECENT = PATH="$(CURDIR)/$(BIN):$$PATH"; command -v npm >/dev/null && node -e 'const [a, b] = \
	process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || \
	(a === 20 && b >= 19) ? 0 : 1)'
FRONT_SOURCES := $(shell find $(WEB)/ts $(WEB)/css $(WEB)/static/img -type f 2>/dev/null) \
	$(wildcard $(WEB)/*.json $(WEB)/*.mjs)

# $(call say,sentence): tells what is going on.
say = printf '\n— %s\n' "$(1)"

# $(call debian,packages): installs Debian packages where apt stands and we may; fails otherwise.  No service of
# theirs begins to run (SYSTEMD_OFFLINE): nginx would open a port to the world.
define debian
command -v apt-get >/dev/null || exit 1; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root='sudo -n'; \
	$$as_root true 2>/dev/null || exit 1; \
	$(call say,Installation de $(1)…); \
	$$as_root apt-get update -qq; \
	$$as_root env DEBIAN_FRONTEND=noninteractive SYSTEMD_OFFLINE=1 apt-get install -qq -y --no-install-recommends $(1) >/dev/null
endef

# $(call need,command,packages): the command, or its packages, or a sentence that says what to type.
define need
command -v $(1) >/dev/null || ( $(call debian,$(2)) ) || { \
	printf '\n%s\n' "Il manque $(2). Tapez : sudo apt-get install $(2) — puis relancez la commande." >&2; exit 1; }
endef

.PHONY: help
help: ## cette liste
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

.PHONY: run
run: setup ## tout installer si besoin, puis servir le produit sur http://127.0.0.1:8000
	@exec $(BIN)/visavis run

.PHONY: demo
demo: setup ## la démonstration dans le terminal (ARGS="…")
	@exec $(BIN)/visavis demo $(ARGS)

# Four on two cores: half of the time of one is spent waiting, for browsers, kills and slow lines.
.PHONY: test
test: setup-development test-tools ## tous les tests (ARGS="-k mot" pour en choisir)
	@$(if $(ARGS),,mkdir -p build; ( $(NPM) test ) >build/npm-test.log 2>&1 & pages=$$!;) \
	failed=0; $(BIN)/python -m pytest -n 4 $(ARGS) || failed=$$?; \
	$(if $(ARGS),,wait $$pages || { failed=$$?; cat build/npm-test.log; };) \
	exit $$failed

.PHONY: bench
bench: setup-development test-tools $(if $(NAME),$(filter uploads,$(NAME)),uploads) ## toutes les mesures, ou une (NAME=…)
	@PATH="$(CURDIR)/$(BIN):$$PATH" exec $(BIN)/python -m benchmarks $(NAME)

.PHONY: setup
setup: ffmpeg voice $(STAMPS)/project front ## installer ce qu’il faut pour servir, sans servir

.PHONY: setup-development
setup-development: setup $(STAMPS)/development

.PHONY: captions
captions: $(STAMPS)/captions ## ce qui écrit ce qui est dit, pour qui apporte un modèle (docs/operations.md)

.PHONY: front
front: $(WEB)/static/build/manifest.json ## construire les feuilles de style et les scripts

# --- what the machine must have -----------------------------------------------------------------------------------

.PHONY: ffmpeg
ffmpeg:
	@$(call need,ffmpeg,ffmpeg)

# Without it captions take their times in proportion, and are to be checked: nothing stops for that.
.PHONY: voice
voice:
	@command -v espeak-ng >/dev/null || ( $(call debian,espeak-ng) ) || \
	printf '\n%s\n' "Sans espeak-ng, les sous-titres ne seront pas calés sur la voix (sudo apt-get install espeak-ng)." >&2

.PHONY: test-tools
test-tools: $(STAMPS)/contract
	@missing=; for tool in chromium openssl radosgw ceph-mon ceph-osd; do \
	command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	command -v bwrap >/dev/null || missing="$$missing bubblewrap"; \
	[ -z "$$missing" ] || ( $(call debian,$$missing) ) || \
	printf '\n%s\n' "Sans $$missing, ce qui en a besoin ne sera ni testé ni mesuré (sudo apt-get install $$missing)." >&2
	@command -v chromium-headless-shell >/dev/null || ( $(call debian,chromium-headless-shell) ) || \
	printf '\n%s\n' "Sans chromium-headless-shell, les tests dans un navigateur seront plus longs." >&2

# What our uploads are measured against.
.PHONY: uploads
uploads: $(STAMPS)/peers
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || ( $(call debian,nginx-light) ) || \
	printf '\n%s\n' "Sans nginx-light, les envois ne seront pas mesurés (sudo apt-get install nginx-light)." >&2

$(STAMPS)/venv:
	@[ -n "$(PYTHON)" ] || { printf '\n%s\n' "Il faut Python 3.11 ou plus récent (PYTHON=/chemin/vers/python3.x)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || ( $(call debian,$(notdir $(PYTHON))-venv) ) || { \
	printf '\n%s\n' "Il manque de quoi créer un environnement Python. Tapez : sudo apt-get install $(notdir $(PYTHON))-venv — puis relancez la commande." >&2; exit 1; }
	@$(call say,Environnement Python…)
	@$(PYTHON) -m venv .venv
	@mkdir -p $(@D) && touch $@

$(STAMPS)/runtime: requirements/runtime.txt $(STAMPS)/venv
	@$(call say,Bibliothèques Python…)
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/development: requirements/development.txt $(STAMPS)/runtime
	@$(call say,Outils de développement…)
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/captions: requirements/captions.txt $(STAMPS)/project
	@$(call say,Reconnaissance de la parole…)
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/runtime
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/npm: requirements/node.txt $(STAMPS)/venv
	@( $(NODE_IS_RECENT) ) || { $(call say,Node.js…); $(PIP) install --require-hashes -r $<; }
	@touch $@

$(STAMPS)/node_modules: $(WEB)/package-lock.json $(WEB)/package.json $(STAMPS)/npm
	@$(call say,Bibliothèques des pages…)
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

# What judges the API from outside: its document, and the ready-made clients of uploads.  Only tests need it.
$(STAMPS)/contract: $(CONTRACT)/package-lock.json $(CONTRACT)/package.json $(STAMPS)/npm
	@$(call say,Juges de l’API…)
	@$(NPM) --prefix $(CURDIR)/$(CONTRACT) ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(STAMPS)/peers: $(PEERS)/package-lock.json $(PEERS)/package.json $(STAMPS)/npm
	@$(call say,Serveurs de comparaison…)
	@$(NPM) --prefix $(CURDIR)/$(PEERS) ci --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(WEB)/static/build/manifest.json: $(STAMPS)/node_modules $(FRONT_SOURCES)
	@$(call say,Styles et scripts…)
	@$(NPM) run --silent build
	@touch $@

# --- the gate -----------------------------------------------------------------------------------------------------

# Two at a time, the longest first.
CHECKS := types front imports dependencies dead templates words migrations lint format

.PHONY: check
check: setup-development ## toutes les vérifications, sans les tests
	@$(MAKE) --jobs=2 --output-sync=target $(CHECKS:%=timed-%)

.PHONY: $(CHECKS:%=timed-%)
$(CHECKS:%=timed-%): timed-%:
	@start=$$(date +%s%N); \
	$(MAKE) check-$* || { printf '\n✗ %s — %s\n' "$*" "la vérification s’arrête ici : make check-$* la rejoue seule." >&2; exit 1; }; \
	printf '✓ %-14s %5d ms\n' "$*" "$$(( ($$(date +%s%N) - start) / 1000000 ))"

.PHONY: $(CHECKS:%=check-%)
check-lint:
	@$(BIN)/ruff check --quiet .
check-format:
	@$(BIN)/ruff format --quiet --check . || { echo 'make format les remet en forme' >&2; exit 1; }
check-types:
	@$(BIN)/mypy --no-error-summary
check-imports:
	@out=$$($(BIN)/lint-imports 2>&1) || { printf '%s\n' "$$out"; exit 1; }
check-dependencies:
	@out=$$($(BIN)/deptry . 2>&1) || { printf '%s\n' "$$out"; exit 1; }
# Templates use what they name.  A column or a field of the API is data, read by SQL and by clients; the attributes
# that are set and never read are columns.
check-dead:
	@mkdir -p build && { echo '_ = None'; grep -ohrE '\.[a-z_]\w*' $(WEB)/templates app/mail/templates | sort -u \
	| grep -vxE '\.(and|as|class|else|for|from|if|import|in|is|not|or|with)' | sed 's/^/_/'; } >build/names_in_templates.py
	@! { $(BIN)/vulture app workers build/names_in_templates.py || true; } \
	| grep -vE '/(models|schemas)\.py:[0-9]+: unused variable|: unused attribute'
check-templates:
	@out=$$($(BIN)/djlint --lint --quiet $(WEB)/templates 2>&1) || { printf '%s\n' "$$out"; exit 1; }
check-front:
	@out=$$($(NPM) run --silent check 2>&1) || { printf '%s\n' "$$out"; exit 1; }
# The first revision is the queue's own schema, as its authors wrote it.  Our integers are pixels, seconds and
# positions; migrations/env.py sets the lock timeout of every revision, and filling a column may take its time.
SQUAWK := $(BIN)/squawk --exclude prefer-bigint-over-int,require-lock-timeout,require-statement-timeout
check-migrations:
	@mkdir -p build && $(BIN)/alembic upgrade 0001_job_queue:head --sql >build/migrations.sql 2>build/migrations.log || { cat build/migrations.log; exit 1; }
	@out=$$($(SQUAWK) build/migrations.sql 2>&1) || { printf '%s\n' "$$out"; exit 1; }
check-words:
	@$(BIN)/codespell app workers migrations benchmarks tests docs/adr CONTRIBUTING.md

.PHONY: messages
messages: setup-development ## mettre app/locale à jour, et dire les phrases qui n’ont pas d’anglais
	@$(BIN)/python -m tests.house.english

.PHONY: format
format: setup-development ## remettre le code en forme
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .
	@$(NPM) exec biome -- check --write . || true

# --- locks --------------------------------------------------------------------------------------------------------

.PHONY: lock
lock: setup-development ## refaire les verrous des dépendances (ARGS=--upgrade pour les mettre à jour)
	@$(LOCK) $(ARGS) --extra embedded --extra demo --group build pyproject.toml -o requirements/runtime.txt
	@$(LOCK) $(ARGS) -c requirements/runtime.txt --extra embedded --extra demo --group build --group dev \
		pyproject.toml -o requirements/development.txt
	@$(LOCK) $(ARGS) -c requirements/development.txt --extra captions pyproject.toml -o requirements/captions.txt
	@$(LOCK) $(ARGS) --group pyproject.toml:node -o requirements/node.txt
	@$(NPM) install --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved
	@$(NPM) --prefix $(CURDIR)/$(CONTRACT) install --package-lock-only --ignore-scripts --no-audit --no-fund \
		--omit-lockfile-registry-resolved
