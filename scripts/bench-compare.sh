#!/usr/bin/env bash
# bench-compare.sh OLD NEW [PATTERN]: compare the benchmarks of two commits with benchstat.
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: bench-compare.sh OLD NEW [PATTERN]" >&2; exit 1; }
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for side in old new; do
	commit=$1
	[ $side = old ] || commit=$2
	mkdir "$dir/$side"
	git archive "$commit" | tar -x -C "$dir/$side"
	(cd "$dir/$side" && go test -run '^$' -bench "${3:-.}" -benchmem -benchtime 3x -count "${COUNT:-6}" ./internal/testkit/bench) >"$dir/$side.txt"
done
go run golang.org/x/perf/cmd/benchstat@latest "$dir/old.txt" "$dir/new.txt"
