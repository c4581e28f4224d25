# Everything one types in this project. `make` alone prints this list.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test test-feast fuzz lint bench fmt data clean

GO     ?= go
RUNNER := ./bin/runner

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install PostgreSQL's programs from the system's packages, where there are none
	@.ci/postgres

build: ## compile ./bin/runner
	$(GO) build -o $(RUNNER) ./runner

# The demo always runs on the project's own private database, whatever database the environment names.
demo: setup build ## load both months of the example into a private database, build its training set, and look up a customer
	@for command in "apply pipelines/monthly.yaml -p as_of=2024-01-31" "apply pipelines/monthly.yaml -p as_of=2024-02-29" status \
		"training build churn" "features get user_id=7590-VHVEG"; do \
		printf '\n$$ runner %s\n' "$$command"; \
		$(RUNNER) --database-url embedded $$command || exit; \
	done

test: setup ## vet the code and run all tests, that of the architecture included
	$(GO) vet ./...
	$(GO) test ./...

test-feast: setup build ## let Feast's own SDK read and write through runner serve (FEAST_VERSION="0.56.0 0.67.0"; needs Python and a package index)
	@.ci/feast

# A disagreement is printed with its seed and as a line for runner/expression/testdata/disagreements.jsonl. SEED=... repeats a run.
fuzz: setup ## hold rules in SQL against rules in memory (CASES=2000000), and places of findings against random YAML (DOCUMENTS=200000)
	PLACES_DOCUMENTS=$(or $(DOCUMENTS),200000) PLACES_SEED=$(SEED) nice $(GO) test ./runner/spec ./runner/check -run '^(TestPlaces|TestFaultsAreExact)$$' -count=1 -timeout=0 -v
	FUZZ_CASES=$(or $(CASES),2000000) FUZZ_SEED=$(SEED) nice $(GO) test ./runner/expression -run '^TestDifferential$$' -count=1 -timeout=0 -v

lint: ## golangci-lint where it is installed, else go vet and gofmt
	@if command -v golangci-lint >/dev/null; then golangci-lint run ./...; \
	else \
		echo "golangci-lint is not installed: go vet and gofmt only"; \
		$(GO) vet ./... && unformatted=$$(gofmt -l .) && if [ -n "$$unformatted" ]; then echo "run make fmt:" $$unformatted; exit 1; fi; \
	fi

bench: setup ## measure the runner beside plain psql on the same machine
	$(GO) test -run='^$$' -bench=. -timeout=0 ./runner/bench/...

fmt: ## format the code
	gofmt -w .

data: ## write the example's data again, byte for byte the same
	$(GO) run ./data/generate/write -out data/seeds

clean: ## remove what was built; the private database stays (runner db reset empties it)
	rm -rf bin data/processed
