#!/usr/bin/env bash
# bench.sh [PATTERN]: run the benchmarks of whole commands and print a table. The floor of a
# plan is measured in the same run: fetching and decoding the same responses, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
go test -run '^$' -bench "${1:-.}" -benchmem -benchtime "${BENCHTIME:-3x}" ./internal/testkit/bench | awk '
	/^Benchmark/ {
		name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name); gsub(/_/, " ", name)
		for (i = 3; i < NF; i += 2) value[$(i + 1)] = $i
		size = name; sub(/^[^\/]*\//, "", size)
		if (name ~ /^Floor/) floor[size] = value["ns/op"]
		row[++n] = name; time[n] = value["ns/op"]; bytes[n] = value["B/op"]; allocs[n] = value["allocs/op"]; requests[n] = value["requests/op"]; sizes[n] = size
		split("", value)
	}
	END {
		printf "%-28s %10s %12s %12s %10s %8s\n", "workload", "time", "allocated", "allocations", "requests", "x floor"
		for (i = 1; i <= n; i++) {
			ratio = row[i] ~ /^Plan/ && floor[sizes[i]] ? sprintf("%.1f", time[i] / floor[sizes[i]]) : ""
			printf "%-28s %7.0f ms %9.1f MB %12d %10s %8s\n", row[i], time[i] / 1e6, bytes[i] / 1e6, allocs[i], requests[i], ratio
		}
	}'
