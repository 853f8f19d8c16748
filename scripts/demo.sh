#!/bin/sh
# Shows clusterctl in a sandbox: plan, apply, plan again, a change by someone else, drift,
# repair. It checks the result of every step; the first that is wrong ends the demo
# with exit code 1. Needs Go. Works in a temporary directory, which it removes.
set -eu
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

file=examples/clusters.yaml

heading() { printf '\n== %s\n\n' "$*"; }

fail() {
	printf '\ndemo failed: %s\n' "$*" >&2
	exit 1
}

# run CODE COMMAND… runs clusterctl on the sandbox and checks its exit code. The
# environment is empty, so nothing of the caller's has an effect.
run() {
	want=$1
	shift
	# shellcheck disable=SC2016 # $tmp is meant to be read, not to be replaced
	printf '$ clusterctl %s --sandbox "$tmp/tenant"\n' "$*"
	code=0
	env -i CLUSTERCTL_STATE_DIR="$tmp/state" "$tmp/clusterctl" "$@" --sandbox "$tmp/tenant" >"$tmp/out" 2>"$tmp/err" || code=$?
	if [ -s "$tmp/err" ]; then cat "$tmp/err" >&2; fi
	last=$(tail -n 1 "$tmp/out")
	if [ "$code" -ne "$want" ]; then
		cat "$tmp/out"
		fail "clusterctl $1: exit code $code, not $want"
	fi
}

# insist PATTERN checks that the last line of the output matches a pattern.
insist() {
	# shellcheck disable=SC2254 # it is a pattern
	case $last in
	$1) ;;
	*) cat "$tmp/out" && fail "the last line is \"$last\", not \"$1\"" ;;
	esac
}

heading 'Build'
echo '$ go build ./cmd/clusterctl'
GOTMPDIR=$tmp go build -buildvcs=false -o "$tmp/clusterctl" ./cmd/clusterctl

heading "Plan: the tenant is empty, the file is $file"
run 0 plan -f "$file"
insist 'Plan: 11 to create, 0 to update, 0 log configs to set, 0 to delete.'
cat "$tmp/out"

heading 'Apply (it shows the same plan first, which is left out here)'
run 0 apply -f "$file" --auto-approve
insist 'Apply complete: 11 applied, 0 failed.'
tail -n 13 "$tmp/out"

heading 'Plan again: 12 entries match. 11 clusters exist; va-lab-2024 is declared absent and does not'
run 0 plan -f "$file"
insist 'No changes. 12 clusters match.'
cat "$tmp/out"

heading 'Someone changes the time zone of va-london in the admin console'
# A file with one field does the same, because it changes nothing else.
cat >"$tmp/colleague.yaml" <<'YAML'
version: 1
tenant: acme
clusters:
  - name: va-london
    configuration: {gmtOffset: "3"}
YAML
cat "$tmp/colleague.yaml"
echo
run 0 apply -f "$tmp/colleague.yaml" --auto-approve
insist 'Apply complete: 1 applied, 0 failed.'
echo "$last"

heading 'Drift: names the changed field, and exits with 2'
run 2 drift -f "$file"
insist 'Drift: 1 changed, 0 missing.'
cat "$tmp/out"
echo "(exit code $code)"
case $(cat "$tmp/out") in
*'changed va-london'*'/configuration/gmtOffset: expected "0", found "3"'*) ;;
*) fail 'drift does not name the changed field' ;;
esac

heading 'Repair: apply the file again'
run 0 apply -f "$file" --auto-approve
insist 'Apply complete: 1 applied, 0 failed.'
cat "$tmp/out"

heading 'Plan once more: no changes'
run 0 plan -f "$file"
insist 'No changes. 12 clusters match.'
cat "$tmp/out"

heading 'The demo succeeded: the file and the tenant match again'
echo 'Next: follow "Five minutes" in README.md to run these commands yourself.'
