# All that is needed: Go, make and git. Without a C compiler the tests run
# without the race detector, which needs one.

GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ACTIONLINT = github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
KUBECONFORM = github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0
KUBERNETES = k8s.io/kubernetes@v1.34.1
GORELEASER = github.com/goreleaser/goreleaser/v2@v2.16.0
FUZZTIME = 10s
BENCH    = .
SEEDS    = 1000
FROM     = 1
MUTATION = *

# make mutants: how many and which, how many at a time, and the least percentage
# to be noticed. TESTS and THEN are arguments of go test; THEN is for those that
# survive TESTS, which is PKG if empty.
N     = 60
SEED  = 1
P     = 1
MIN   = 0
TESTS =
THEN  = ./internal/command ./internal/testkit/script ./internal/testkit/trials

RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
MAKEFLAGS += --no-print-directory

.PHONY: help build test test-exhaustive browser lint fmt-check vet cover bench fuzz mutate mutants simulate demo month completion docs picture man ci-examples release-check snapshot clean
.DEFAULT_GOAL := help

help: ## tell what can be made
	@while IFS= read -r line; do \
		case $$line in [a-z]*:*'## '*) printf '  make %-15s %s\n' "$${line%%:*}" "$${line#*## }" ;; esac; \
	done < $(firstword $(MAKEFILE_LIST))

build: ## build ./clusterctl
	go build -trimpath -o clusterctl ./cmd/clusterctl

test: ## run all tests, with the race detector
	@$(if $(RACE),:,echo "no C compiler, so without the race detector")
	go test $(RACE) -timeout 30m ./...

test-exhaustive: ## test internal/ on whole grids, of which make test tries a part
	go test -tags exhaustive -timeout 30m ./internal/...

browser: ## test the HTML reports in a headless Chromium, which must be installed
	go test -tags browser -count 1 -run Browser ./internal/report/html

lint: fmt-check vet ## check layout, go vet and golangci-lint (pinned; built on the first run)
	go run $(GOLANGCI) run

fmt-check: ## tell which files gofmt would change
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l .) && \
	if [ -n "$$unformatted" ]; then printf 'not as gofmt lays it out:\n%s\n' "$$unformatted"; exit 1; fi

vet: ## run go vet
	go vet ./...

cover: ## measure how much of the code the tests run (coverage.out)
	go test -coverpkg=./... -coverprofile=coverage.out ./...
	@go tool cover -func=coverage.out | tail -n 1

bench: ## run the benchmarks (BENCH=PATTERN for some)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

fuzz: ## fuzz every target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

mutate: ## break each guard in turn and see a test fail (MUTATION=PATTERN for some; minutes)
	@scripts/mutate.sh '$(MUTATION)'

mutants: ## test PKG=./internal/planner with N (60) random mutants of a SEED (1)
	@go run ./internal/testkit/mutants -n $(N) -seed $(SEED) -p $(P) -min $(MIN) -tests '$(TESTS)' -then '$(THEN)' $(PKG)

simulate: ## play SEEDS schedules, from FROM on, that could hurt, in virtual time
	GOGC=800 go test -count 1 -timeout 0 -v -run '^TestSimulate$$' ./internal/testkit/simulation -seeds $(SEEDS) -from $(FROM)

demo: ## plan, apply, drift and repair on an embedded tenant, checked step by step
	@scripts/demo.sh

completion: ## complete lines in bash, and in zsh and fish where they are installed
	@scripts/completion.sh

docs: ## rewrite the command reference, the captured output and the pictures in the docs
	go test ./internal/command -run '^(TestReference|TestDocumentation|TestPictures)$$' -update

picture: ## draw the HTML report for the docs, in a headless Chromium, which must be installed
	@scripts/picture.sh

man: build ## write the man pages into man/
	./clusterctl __man man

month: ## play a month of a team on an embedded tenant, checked step by step
	@scripts/month.sh

ci-examples: ## check the pipelines of examples/ci with the tools of their systems (pinned; the first run builds them)
	@scripts/ci-examples.sh $(ACTIONLINT) $(KUBECONFORM) $(KUBERNETES)

release-check: ## check how a release is made (goreleaser, pinned; the first run builds it)
	go run $(GORELEASER) check

snapshot: ## make a release of this commit in dist/, but for the image; nothing is published
	go run $(GORELEASER) release --snapshot --clean --skip=docker

clean: ## remove what build, cover, man and snapshot made
	rm -rf clusterctl coverage.out dist man
