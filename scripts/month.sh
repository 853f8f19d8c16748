#!/bin/sh
# A month of a team on a sandbox, whose clock moves from day to day: adopt an
# existing tenant, review a plan and apply it, find a change by someone else, set a debug log
# configuration that expires, rename, delete, undo. It checks the result of every
# step; the first that is wrong ends the month with exit code 1. Needs Go. Works in a
# temporary directory, which it removes.
set -eu
cd "$(dirname "$0")/.."

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
	printf '\nthe month failed: %s\n' "$*" >&2
	exit 1
}

# day DATE TEXT sets the clock to nine in the morning of a day.
day() {
	now=${1}T09:00:00Z
	shift
	printf '\n== %s  %s\n\n' "${now%T*}" "$*"
}

# clusterctl runs the program at the time and on the tenant of this script. The
# environment is empty otherwise, so nothing of the caller's has an effect.
clusterctl() { env -i CLUSTERCTL_STATE_DIR="$tmp/state" CLUSTERCTL_NOW="$now" CLUSTERCTL_SANDBOX="$tmp/tenant" "$tmp/clusterctl" "$@"; }

# run CODE COMMAND… runs clusterctl and checks its exit code.
run() {
	want=$1
	shift
	printf '$ clusterctl %s\n' "$*"
	code=0
	clusterctl "$@" >out 2>err || code=$?
	cat err >&2
	if [ "$code" -ne "$want" ]; then
		cat out
		fail "clusterctl $1: exit code $code, not $want"
	fi
}

# contains FILE TEXT checks that a file contains a text.
contains() {
	grep -F -e "$2" "$1" || {
		cat "$1"
		fail "$1 does not contain \"$2\""
	}
}

# ends LINE checks the last line of the output.
ends() {
	last=$(tail -n 1 out)
	echo "$last"
	if [ "$last" != "$1" ]; then
		cat out
		fail "the last line is \"$last\", not \"$1\""
	fi
}

# edit SCRIPT changes clusters.yaml as an editor would.
edit() {
	sed "$1" clusters.yaml >edited
	if cmp -s edited clusters.yaml; then fail "nothing to edit: $1"; fi
	mv edited clusters.yaml
	run 0 validate --strict
	run 0 fmt --check
}

# in_console FIELD changes one field of va-austin as someone in the admin console would. A
# file with one field does the same, because it changes nothing else.
in_console() {
	printf 'version: 1\nclusters:\n  - name: va-austin\n    %s\n' "$1" >console.yaml
	clusterctl apply -f console.yaml --auto-approve >/dev/null
}

echo '$ go build ./cmd/clusterctl'
GOTMPDIR=$tmp go build -buildvcs=false -o "$tmp/clusterctl" ./cmd/clusterctl
mkdir "$tmp/team"
cd "$tmp/team"

day 2026-03-02 'A tenant that was set up in the admin console'
mkfifo "$tmp/address"
env -i "$tmp/clusterctl" sandbox --state "$tmp/tenant" --seed 12 --now "$now" --listen 127.0.0.1:0 --quiet >"$tmp/address" &
read -r address <"$tmp/address" # it serves, so the state exists
kill $!
wait $! || fail "the tenant at $address did not end well"

day 2026-03-03 'Adopt it: export a file that plans to no changes'
run 0 export
cp out clusters.yaml
run 0 validate --strict
run 0 plan --detailed-exitcode
ends 'No changes. 10 clusters match.'

day 2026-03-05 'A pull request: a new cluster, and a description for an old one'
edit 's/Virtual appliances of site 001/Austin data centre/'
cat >>clusters.yaml <<'YAML'
  - name: va-oslo
    type: idn
    configuration:
      gmtOffset: "1"
YAML
run 0 fmt --check
run 0 plan --out plan.json --output text --output markdown=comment.md
ends 'Plan: 1 to create, 1 to update, 0 log configs to set, 0 to delete.'
contains comment.md 'Plan: 1 to create, 1 to update'
digest=$(sed -n 's/^plan saved to plan\.json, digest //p' err)

day 2026-03-06 'After the merge: apply the plan that was reviewed'
run 0 apply plan.json --expect-digest "$digest" --receipt receipt.jsonl
ends 'Apply complete: 2 applied, 0 failed.'
run 0 plan --detailed-exitcode
ends 'No changes. 11 clusters match.'

day 2026-03-09 'Someone changes a cluster in the console, and the nightly job reports it'
in_console 'description: Texas'
run 2 drift --since receipt.jsonl
contains out '/description: expected "Austin data centre", found "Texas" (changed in the tenant)'
ends 'Drift: 1 changed, 0 missing.'

day 2026-03-10 'The file is right: apply it again'
run 0 apply --auto-approve
ends 'Apply complete: 1 applied, 0 failed.'
run 0 drift
ends 'No drift. 11 clusters match.'

day 2026-03-11 'A support case: DEBUG until the evening'
cp clusters.yaml before.yaml
cat >>clusters.yaml <<'YAML'
    logConfig:
      rootLevel: DEBUG
      expiration: 2026-03-11T18:00:00Z
YAML
run 0 fmt --check
run 0 apply --auto-approve
ends 'Apply complete: 1 applied, 0 failed.'
run 0 plan --detailed-exitcode
ends 'No changes. 11 clusters match.'

day 2026-03-12 'The log configuration has expired: no change and no drift'
run 0 plan --detailed-exitcode
contains out 'log configuration expired at 2026-03-11T18:00:00Z, as declared; you can remove the logConfig block'
ends 'No changes. 11 clusters match.'
run 0 drift --strict
mv before.yaml clusters.yaml

day 2026-03-16 'Rename a cluster'
edit 's/^\(  - name: va-\)oslo$/\1bergen\n    renamedFrom: va-oslo/'
run 0 plan
contains out '~ /name: "va-oslo" → "va-bergen"'
ends 'Plan: 0 to create, 1 to update, 0 log configs to set, 0 to delete.'
run 0 apply --auto-approve
ends 'Apply complete: 1 applied, 0 failed.'
edit '/renamedFrom:/d'
run 0 plan --detailed-exitcode
ends 'No changes. 11 clusters match.'

day 2026-03-20 'Bergen closes: delete its cluster, from a reviewed plan'
edit "/va-bergen/,\$d"
printf '  - name: va-bergen\n    state: absent\n' >>clusters.yaml
run 0 plan --out delete.json
ends 'Plan: 0 to create, 0 to update, 0 log configs to set, 1 to delete.'
run 0 apply delete.json
ends 'Apply complete: 1 applied, 0 failed.'
run 0 plan --detailed-exitcode
ends 'No changes. 11 clusters match.'
edit "/va-bergen/,\$d"

day 2026-03-25 'A mistake: one search and replace too many'
cp clusters.yaml good.yaml
edit 's/gmtOffset: "-6"/gmtOffset: "6"/'
run 0 apply --auto-approve
contains out 'Apply complete: '

day 2026-03-26 'Roll back: the tenant from its receipt, the file with Git'
run 0 undo --last --dry-run
contains out '/configuration/gmtOffset: "6" → "-6"'
run 0 undo --last --auto-approve
contains out 'Apply complete: '
mv good.yaml clusters.yaml

day 2026-03-31 'The end of the month: no drift'
run 0 drift
run 0 plan --detailed-exitcode
ends 'No changes. 10 clusters match.'
