# You need Go, make and git. Without a C compiler, the tests run without the race
# detector.

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

# make mutants: how many, from which seed, how many at a time, and the least percentage
# that the tests must catch. TESTS and THEN are arguments of go test; TESTS defaults to
# PKG, and THEN is for the mutants that survive TESTS.
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

help: ## list all targets
	@while IFS= read -r line; do \
		case $$line in [a-z]*:*'## '*) printf '  make %-15s %s\n' "$${line%%:*}" "$${line#*## }" ;; esac; \
	done < $(firstword $(MAKEFILE_LIST))

build: ## build ./clusterctl
	go build -trimpath -o clusterctl ./cmd/clusterctl

test: ## run all tests, with the race detector
	@$(if $(RACE),:,echo "no C compiler: running without the race detector")
	go test $(RACE) -timeout 30m ./...

test-exhaustive: ## test internal/ on whole grids, of which make test tries a sample
	go test -tags exhaustive -timeout 30m ./internal/...

browser: ## test the HTML reports in a headless Chromium (must be installed)
	go test -tags browser -count 1 -run Browser ./internal/report/html

lint: fmt-check vet ## run gofmt, go vet and golangci-lint (pinned; built on the first run)
	go run $(GOLANGCI) run

fmt-check: ## list files that gofmt would change
	@unformatted=$$("$$(go env GOROOT)/bin/gofmt" -l .) && \
	if [ -n "$$unformatted" ]; then printf 'not formatted (run gofmt):\n%s\n' "$$unformatted"; exit 1; fi

vet: ## run go vet
	go vet ./...

cover: ## measure test coverage (coverage.out)
	go test -coverpkg=./... -coverprofile=coverage.out ./...
	@go tool cover -func=coverage.out | tail -n 1

bench: ## measure whole commands (BENCH=PATTERN for some)
	@scripts/bench.sh '$(BENCH)'

fuzz: ## fuzz every target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

mutate: ## break each guard in turn and check that a test fails (MUTATION=PATTERN for some; minutes)
	@scripts/mutate.sh '$(MUTATION)'

mutants: ## test PKG=./internal/planner with N (60) random mutants from SEED (1)
	@go run ./internal/testkit/mutants -n $(N) -seed $(SEED) -p $(P) -min $(MIN) -tests '$(TESTS)' -then '$(THEN)' $(PKG)

simulate: ## run SEEDS dangerous schedules, starting at FROM, in virtual time
	GOGC=800 go test -count 1 -timeout 0 -v -run '^TestSimulate$$' ./internal/testkit/simulation -seeds $(SEEDS) -from $(FROM)

demo: ## plan, apply, drift and repair in a sandbox, checked step by step
	@scripts/demo.sh

completion: ## test completion in bash, and in zsh and fish if installed
	@scripts/completion.sh

docs: ## rewrite the command reference, the captured output and the pictures in the docs
	go test ./internal/command -run '^(TestReference|TestDocumentation|TestPictures)$$' -update

picture: ## take the screenshot of the HTML report for the docs, in a headless Chromium
	@scripts/picture.sh

man: build ## write the man pages into man/
	./clusterctl __man man

month: ## run a month of a team in a sandbox, checked step by step
	@scripts/month.sh

ci-examples: ## lint the pipelines in examples/ci with the tools of their systems (pinned; built on the first run)
	@scripts/ci-examples.sh $(ACTIONLINT) $(KUBECONFORM) $(KUBERNETES)

release-check: ## check the release configuration (goreleaser, pinned; built on the first run)
	go run $(GORELEASER) check

snapshot: ## build a release of this commit in dist/, without the image; publishes nothing
	go run $(GORELEASER) release --snapshot --clean --skip=docker

clean: ## remove what build, cover, man and snapshot create
	rm -rf clusterctl coverage.out dist man
