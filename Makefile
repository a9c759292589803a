# trialpress: from the locked data of a trial to its manuscript.
#
# The data files lie in data/, or in the folder that DATA names: `make report DATA=/folder/of/the/trial`.
#
# `make report` runs four stages. A stage starts when the content of what it reads, or of what it made, has changed
# since it last ended well: signatures, not file times, decide.
#
#     results      data/                    -> build/results.json
#     displays     build/results.json       -> build/displays/
#     manuscript   templates/ + the above   -> build/manuscript.qmd
#     publish      build/manuscript.qmd     -> build/manuscript-MODE.html, .pdf, .docx; record.json, environment.json
#
# A study of its own elsewhere includes this file: `include ../../Makefile`.

PROJECT  := $(dir $(lastword $(MAKEFILE_LIST)))
PYTHON   ?= python3
$(if $(wildcard $(PROJECT)requirements.lock),,$(error $(PROJECT) is not trialpress: its path must hold no blanks))
ENGINE   ?= auto
VENV     := $(PROJECT).venv
RUN      := $(VENV)/bin/python -m report
DATA     ?=
SIGNED   := build/.signed
SEALED   := $(SIGNED)/sealed
SOFTWARE := $(PROJECT)report $(PROJECT)requirements.lock
PAPER    := build/manuscript-*.html build/manuscript-*.pdf build/manuscript-*.docx

.NOTPARALLEL:
.PHONY: report signed results displays manuscript publish check lock sign unblind unlock sign-off board diff status \
  audit verify compare whatif archive export test lint bench lock-packages clean help setup setup-dev oracle

report: publish  ## build the paper from the data: build/manuscript-draft.html, .pdf and .docx, or -final where it is
	@for paper in $(PAPER); do printf '%s\n' "$(if $(filter-out ./,$(PROJECT)),$(CURDIR)/)$$paper"; done

signed: setup
	@mkdir -p $(SIGNED); : > $(SEALED); if grep -q 'sealed:' data/study.yaml; then $(RUN) sealed $(FROM) > $(SEALED); fi
	@{ echo "$(ENGINE) $(QUARTO) $$(command -v quarto)"; $(call sums,$(SOFTWARE)); } > $(SIGNED)/software

results: signed
	$(call stage,results,data $(ELSEWHERE),build/results.json)

displays: results
	$(call stage,displays,build/results.json data/study.yaml,build/displays)

manuscript: displays
	$(call stage,manuscript,templates data/study.yaml build/results.json build/displays,build/manuscript.qmd build/printed.json build/references.bib build/style)

publish: manuscript
	$(call stage,publish,build/manuscript.qmd build/printed.json build/references.bib build/style build/displays,$(PAPER) build/record.json build/environment.json)

check: setup  ## check the study file and the data, and build nothing
	@$(RUN) check $(FROM)

lock: setup  ## lock the data: make lock BY="name" ROLE="role" WHY="reason" [TYPE=hard], build the paper, say what changed
	@$(RUN) lock $(FROM) $(SIGNED_BY) --type="$$TRIALPRESS_TYPE"
	@$(MAKE) --no-print-directory report
	@$(RUN) diff $(FROM) --if-any

sign: setup  ## sign the lock in one's role: make sign BY="name" ROLE="role", then build the paper
	@$(RUN) sign $(FROM) $(SIGNED_BY)
	@$(MAKE) --no-print-directory report

unblind: setup  ## open the sealed files: make unblind BY="name" ROLE="role" WHY="reason", then build the paper
	@$(RUN) unblind $(FROM) $(SIGNED_BY)
	@$(MAKE) --no-print-directory report

unlock: setup  ## end the lock: make unlock BY="name" ROLE="role" WHY="reason", then build the draft
	@$(RUN) unlock $(FROM) $(SIGNED_BY)
	@$(MAKE) --no-print-directory report

sign-off: setup  ## print the lock for signing: build/sign-off.pdf
	@$(RUN) signoff $(FROM)

board: setup  ## build a report to the board: make board REPORT=open, or REPORT=closed BY="name" ROLE="role" WHY="reason"
	@$(RUN) board --engine $(ENGINE) $(FROM) --report="$$TRIALPRESS_REPORT" $(SIGNED_BY)

diff: report  ## say what changed since the lock before: data, results, sentences, cells, figures [AGAINST=L1]
	@$(RUN) diff $(FROM) $(if $(AGAINST),--against="$$TRIALPRESS_AGAINST")

status: setup  ## say how the study stands: lock, data, findings, outputs
	@$(RUN) status $(FROM)

audit: report  ## account for every number in the finished paper; LIST=1 names them all
	@$(RUN) audit $(FROM) $(if $(LIST),--list)

verify: setup  ## say whether outputs, data, record and locks still belong together
	@$(RUN) verify $(FROM)

compare: report  ## hold a second programmer's results against ours: make compare THEIRS=theirs.csv [BY, ROLE, WHY]
	@$(RUN) compare "$$TRIALPRESS_THEIRS" $(FROM) $(SIGNED_BY)

whatif: setup  ## show the results without some: make whatif EXCLUDE="site=3" BY="name" ROLE="role" WHY="reason" [KEEP=yes]
	@$(RUN) whatif --exclude="$$TRIALPRESS_EXCLUDE" $(if $(KEEP),--keep) $(FROM) $(SIGNED_BY)

archive: report  ## pack what rebuilds the paper without the data sets
	@$(RUN) archive $(FROM)

export: displays  ## write the results for other programs: build/exchange/ (cards' shapes, CDISC ARS)
	@$(RUN) export $(FROM)

clean:  ## remove what was built
	rm -rf build

# $(call stage,name,what it reads,what it makes)
# What it reads is signed before it runs, what it made afterwards: data that change meanwhile start it again.
define stage
@now=$(SIGNED)/$(1).now; $(call sums,$(2) $(3)) | $(sorted) > $$now; cmp -s $$now $(SIGNED)/$(1) || { \
  rm -f $(SIGNED)/$(1); $(call sums,$(2)) > $$now.read; $(RUN) $(1) --engine $(ENGINE) $(FROM) \
  && { cat $$now.read; $(call sums,$(3)); } | $(sorted) > $$now && mv $$now $(SIGNED)/$(1); }
endef

SUM    := $(if $(wildcard /usr/bin/sha256sum /bin/sha256sum /sbin/sha256sum),sha256sum,shasum -a 256)
# ... of all files but those that are sealed, of which not even a sum is taken: their names stand in $(SEALED)
sums    = but=; [ ! -s $(SEALED) ] || but=$$(sed 's/^/! -name /' $(SEALED)); find -L $(1) -type f $$but ! -name '*.pyc' ! -name '.git*' ! -path 'data/locks/private/*' ! -path "$$TRIALPRESS_DATA/locks/*" -exec $(SUM) {} + 2>&1
sorted := LC_ALL=C sort - $(SIGNED)/software

# What an author types reaches the program by the environment: as it stands, and never as a piece of a command.
# Only what is typed after `make` counts as a signature, not a variable that happens to be set; DATA may be set anywhere.
BY   :=
ROLE :=
WHY  :=
TYPE := soft
KEY  :=
REPORT  := open
AGAINST :=
THEIRS  :=
EXCLUDE :=
KEEP    :=
unexport BY ROLE WHY TYPE KEY REPORT AGAINST THEIRS EXCLUDE KEEP
export TRIALPRESS_BY   := $(value BY)
export TRIALPRESS_ROLE := $(value ROLE)
export TRIALPRESS_WHY  := $(value WHY)
export TRIALPRESS_TYPE := $(value TYPE)
export TRIALPRESS_KEY  := $(value KEY)
export TRIALPRESS_REPORT  := $(value REPORT)
export TRIALPRESS_AGAINST := $(value AGAINST)
export TRIALPRESS_THEIRS  := $(value THEIRS)
export TRIALPRESS_EXCLUDE := $(value EXCLUDE)
export TRIALPRESS_DATA := $(DATA)
SIGNED_BY = --by="$$TRIALPRESS_BY" --role="$$TRIALPRESS_ROLE" --reason="$$TRIALPRESS_WHY" --key="$$TRIALPRESS_KEY"
FROM      = $(if $(DATA),--data="$$TRIALPRESS_DATA")
ELSEWHERE = $(if $(DATA),"$$TRIALPRESS_DATA")

# The environment: hashed packages, installed again when the lock file or the project's folder changed.
installed = { cd $(PROJECT). && pwd && cat $(1); } 2>&1 | cmp -s - $(VENV)/$(2)
remember  = { cd $(PROJECT). && pwd && cat $(1); } > $(VENV)/$(2)
PIP       = $(VENV)/bin/python -m pip --disable-pip-version-check --quiet

setup:
	@$(call installed,requirements.lock,installed) || { \
	  echo "setting up the environment: this downloads packages, once"; \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one by PYTHON=python3.12" >&2; exit 1; }; \
	  rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) \
	  && $(PIP) install --require-hashes -r $(PROJECT)requirements.lock \
	  && $(PIP) install --no-deps --no-build-isolation -e $(PROJECT). \
	  && $(call remember,requirements.lock,installed); }

setup-dev: setup
	@$(call installed,requirements-dev.lock,installed-dev) || { \
	  echo "installing the development tools, once"; \
	  $(PIP) install --require-hashes -r $(PROJECT)requirements-dev.lock && $(call remember,requirements-dev.lock,installed-dev); }

test: lint  ## (developers) run every check and test
	@cd $(PROJECT). && .venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(TESTS)

lint: setup-dev  ## (developers) style, types, and the wall between analysis and paper
	@cd $(PROJECT). && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

bench: setup  ## (developers) time a full build, a prose edit and a build with nothing to do, as multiples of the libraries' import
	@cd $(PROJECT). && .venv/bin/python tests/bench.py

oracle:  ## (developers) run R again for the values that the statistics are tested against (needs R)
	@cd $(PROJECT). && tests/oracle/run.sh

lock-packages:  ## (developers) pin the newest packages that pyproject.toml allows (needs uv)
	@cd $(PROJECT). && ./lock-packages

help:  ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(firstword $(wildcard $(PROJECT)Makefile))
