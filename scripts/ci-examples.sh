#!/bin/sh
# Holds the pipelines of examples/ci against the tools of their systems: actionlint
# and kubeconform, which go run builds (pinned), and, where they are there,
# systemd-analyze and shellcheck. What is not there is said, and is no failure.
# What their shell does is tested elsewhere, against the sandbox.
#
#   scripts/ci-examples.sh ACTIONLINT KUBECONFORM KUBERNETES
#
# Kubernetes ships the description of its objects that kubeconform reads, as a
# module: nothing but the Go module proxy is asked.
set -eu
cd "$(dirname "$0")/.."
actionlint=$1 kubeconform=$2 kubernetes=$3

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

has() {
	command -v "$1" >/dev/null && return
	echo "$1 is not here, so nothing is checked with it"
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
	# The program is not where the unit expects it.
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

echo "== shellcheck: the shell of all of them"
if has shellcheck; then
	mkdir "$tmp/shell"
	go test -count=1 ./internal/testkit/pipelines -run '^TestShell$' -shell "$tmp/shell"
	for script in "$tmp"/shell/*; do
		shellcheck --shell=sh "$script"
	done
fi
