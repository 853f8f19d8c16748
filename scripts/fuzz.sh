#!/bin/sh
# Fuzzes every target of the module, one after the other.
# usage: scripts/fuzz.sh [TIME]
set -eu
cd "$(dirname "$0")/.."
time=${1:-10s}

# go test lists the targets of a package, then the package.
listing=$(go test -list '^Fuzz' ./...)
targets=
printf '%s\n' "$listing" | while read -r word package _; do
	case $word in
	Fuzz*)
		targets="$targets $word"
		;;
	ok)
		for target in $targets; do
			printf '== %s %s\n' "$package" "$target"
			# Minimizing would continue long after the time is up.
			go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 1x "$package"
		done
		targets=
		;;
	esac
done
