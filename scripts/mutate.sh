#!/bin/sh
# Breaks each guard of the program in turn and checks that a test fails. A guard
# without a test could disappear unnoticed.
# Works on a copy in a temporary directory, which it removes. Needs Go.
# usage: scripts/mutate.sh [PATTERN], to try only mutations with a matching name
#        scripts/mutate.sh --check, to try none, but check that all of them apply
set -eu
cd "$(dirname "$0")/.."
pattern=${1:-*}
# shellcheck source=scripts/mutations.sh
. scripts/mutations.sh

# The shell itself replaces text, because sed replaces patterns.

# contents sets text to the contents of a file, with the newline at its end.
contents() {
	text=$(cat "$1" && printf x)
	text=${text%x}
}

# check checks that the text of a mutation is in its file, exactly once.
check() {
	contents "$3"
	case $text in
	*"$4"*"$4"*) stale "$1" "$3 has more than once: $4" ;;
	*"$4"*) ;;
	*) stale "$1" "$3 no longer has: $4" ;;
	esac
}

stale() {
	printf '%s: %s\n' "$1" "$2" >&2
	bad=$((bad + 1))
}

# is_chosen reports whether the pattern matches a name.
is_chosen() {
	# shellcheck disable=SC2254 # it is a pattern
	case $1 in
	$pattern) ;;
	*) return 1 ;;
	esac
}

# try breaks the copy, runs the tests and restores it.
try() {
	is_chosen "$1" || return 0
	tried=$((tried + 1))
	contents "$3"
	printf '%s%s%s' "${text%%"$4"*}" "$5" "${text#*"$4"}" >"$tmp/$3"
	code=0
	run "$2" || code=$?
	cp "$3" "$tmp/$3"
	verdict "$1" "$code"
}

# run runs the tests of a package of the copy, or for PACKAGE:PATTERN some of them. The
# build leaves out the path of the copy, which differs each time, so its cache works.
run() {
	package=${1%%:*} some=${1#"$1"}
	case $1 in *:*) some=${1#*:} ;; esac
	(cd "$tmp" && exec go test -trimpath -vet=off -timeout 2m -run "$some" "$package") >"$tmp/out" 2>&1
}

# verdict reports the result of a mutation. Only a test that fails or panics has caught
# it. A copy that does not compile or run says nothing about the tests.
verdict() {
	if [ "$2" -eq 0 ]; then
		printf 'MISSED  %s\n' "$1"
		bad=$((bad + 1))
	elif grep -q '^ *--- FAIL: ' "$tmp/out"; then
		printf 'caught  %s: %s\n' "$1" "$(failed)"
	elif grep -q '^panic: ' "$tmp/out"; then # in another goroutine than that of the test
		printf 'caught  %s: a panic\n' "$1"
	else
		cat "$tmp/out"
		printf 'BROKEN  %s\n' "$1"
		bad=$((bad + 1))
	fi
}

# failed prints which tests failed, without the parents of failed subtests.
failed() {
	sed -n 's/^ *--- FAIL: \([^ ]*\) .*/\1/p' "$tmp/out" | sort | awk '
		{ name[NR] = $0; parent = $0; while (sub("/[^/]*$", "", parent)) with[parent] = 1 }
		END {
			for (i = 1; i <= NR; i++) if (!(name[i] in with)) {
				if (++n <= 5) list = list (n > 1 ? ", " : "") name[i]
			}
			print list (n > 5 ? " and " n - 5 " more" : "")
		}'
}

bad=0
mutations check
[ "$bad" -eq 0 ] || exit 1
if [ "$pattern" = --check ]; then exit; fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -R go.mod go.sum cmd internal testdata docs examples "$tmp"

# Tests that fail without a mutation would catch everything.
package() { if is_chosen "$1"; then printf '%s\n' "$2"; fi; }
for p in $(mutations package | sort -u); do
	if ! run "$p"; then
		cat "$tmp/out"
		printf '%s fails without any mutation\n' "$p" >&2
		exit 1
	fi
done

tried=0
mutations try
if [ "$tried" -eq 0 ]; then
	printf 'no mutation is named %s\n' "$pattern" >&2
	exit 1
fi
if [ "$bad" -ne 0 ]; then
	printf '\n%d of %d mutations were not caught\n' "$bad" "$tried" >&2
	exit 1
fi
printf '\nall mutations caught: %d\n' "$tried"
