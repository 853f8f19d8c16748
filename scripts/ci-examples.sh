#!/bin/sh
# Checks the pipelines of examples/ci with the tools of their systems: actionlint and
# kubeconform, which go run builds (pinned), and, if they are installed,
# systemd-analyze and shellcheck. A missing tool is reported, and is not a failure.
# Other tests run their shell code on the sandbox.
#
#   scripts/ci-examples.sh ACTIONLINT KUBECONFORM KUBERNETES
#
# Kubernetes publishes the schemas that kubeconform reads as a Go module, so this
# needs only the Go module proxy.
set -eu
cd "$(dirname "$0")/.."
actionlint=$1 kubeconform=$2 kubernetes=$3

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

has() {
	command -v "$1" >/dev/null && return
	echo "skipped: $1 is not installed"
	return 1
}

echo "== actionlint: examples/ci/github"
go run "$actionlint" examples/ci/github/*.yml

echo "== kubeconform: examples/ci/kubernetes"
mkdir "$tmp/schemas"
sources=$(cd "$tmp" && GOFLAGS=-mod=mod go mod download -json "$kubernetes" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
go run scripts/kubeschemas.go "$sources/api/openapi-spec/swagger.json" "$tmp/schemas"
# shellcheck disable=SC2016 # a template of kubeconform
go run "$kubeconform" -strict -summary -schema-location "$tmp/schemas/"'{{ .ResourceKind }}{{ .KindSuffix }}.json' \
	examples/ci/kubernetes/*.yaml

echo "== systemd-analyze: examples/ci/systemd"
if has systemd-analyze; then
	# The program is not installed at the path in the unit.
	for unit in examples/ci/systemd/*; do
		sed 's#/usr/local/bin/clusterctl#/bin/true#' "$unit" >"$tmp/${unit##*/}"
	done
	systemd-analyze verify "$tmp/clusterctl-drift.service" "$tmp/clusterctl-drift.timer"
	systemd-analyze security --offline=true --threshold=20 --no-pager "$tmp/clusterctl-drift.service" >"$tmp/exposure" || {
		cat "$tmp/exposure"
		exit 1
	}
	tail -n 1 "$tmp/exposure"
fi

echo "== shellcheck: the shell code of all examples"
if has shellcheck; then
	mkdir "$tmp/shell"
	go test -count=1 ./internal/testkit/pipelines -run '^TestShell$' -shell "$tmp/shell"
	for script in "$tmp"/shell/*; do
		shellcheck --shell=sh "$script"
	done
fi
