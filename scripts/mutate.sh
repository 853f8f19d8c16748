#!/bin/sh
# Breaks each guard of the program in turn and insists that a test notices. A
# guard that no test holds would be gone one day without anybody's knowing.
# Works on a copy in a temporary directory, which it removes. Needs Go.
# usage: scripts/mutate.sh [PATTERN], to try only those with such a name
set -eu
cd "$(dirname "$0")/.."
pattern=${1:-*}

# mutations calls its argument with each: a name, the package whose tests are to
# fail (with a pattern behind it where not all of them are needed), a file, the exact text that is there once, and what to put in its place.
mutations() {
	"$1" 'prune off deletes' ./internal/planner internal/planner/build.go \
		'case p.desired == nil && b.policy.Prune:' 'case p.desired == nil:'
	"$1" 'prune without scope' ./internal/planner internal/planner/build.go \
		'case !b.policy.Owns(name, kind):' 'case false:'
	"$1" 'prune without scope, in the policy' ./internal/cluster internal/cluster/policy.go \
		'&& (p.Scope.IsZero() || p.Scope.Match(name, clusterType))' ''
	"$1" 'the undeclared that is ignored pruned' ./internal/planner internal/planner/build.go \
		'case p.desired == nil && foreign != "":' 'case false:'
	"$1" 'system types not ignored by default' ./internal/planner internal/cluster/policy.go \
		'if ignore.Types == nil {' 'if false {'
	"$1" 'system cluster pruned' ./internal/planner internal/planner/delete.go \
		'case isSystem(p.live.Type):' 'case false:'
	"$1" 'protect ignored' ./internal/planner internal/planner/delete.go \
		'case b.policy.Protects(p.live.Name, p.live.Type):' 'case false:'
	"$1" 'clients ignored' ./internal/planner internal/planner/delete.go \
		'(p.live.Clients != 0 || p.live.Services != 0)' '(p.live.Services != 0)'
	"$1" 'services ignored' ./internal/planner internal/planner/delete.go \
		'(p.live.Clients != 0 || p.live.Services != 0)' '(p.live.Clients != 0)'
	"$1" 'clients removed unasked' ./internal/planner internal/planner/requests.go \
		'if removeClients {' 'if true {'
	"$1" 'clients removed by prune' ./internal/planner internal/planner/delete.go \
		'b.undeletable(p, false)' 'b.undeletable(p, true)'
	"$1" 'cap ignored' ./internal/planner internal/planner/delete.go \
		'case limit != nil && len(doomed) > *limit:' 'case limit != nil && false:'
	"$1" 'cap off by one' ./internal/planner internal/planner/delete.go \
		'len(doomed) > *limit:' 'len(doomed) > *limit+1:'
	"$1" 'last cluster pruned' ./internal/planner internal/planner/delete.go \
		'case b.staying == 0:' 'case false:'
	"$1" 'the unselected not counted as staying' ./internal/planner internal/planner/build.go \
		'staying: untouched(pairs, in.Selection)}' 'staying: 0}'
	"$1" 'what is not selected planned' ./internal/planner internal/planner/build.go \
		'return !in.Selection.Picks(p.declaredName())' 'return false'
	"$1" 'ignored cluster changed' ./internal/planner internal/planner/build.go \
		'case foreign != "":' 'case false:'
	"$1" 'absent of a foreign cluster deleted' ./internal/planner internal/planner/build.go \
		'case foreign != "":' 'case foreign != "" && p.desired.State != cluster.Absent:'
	"$1" 'renamed out of the scope' ./internal/planner internal/planner/build.go \
		'if reason == "" && p.desired != nil && p.desired.State != cluster.Absent {' 'if false {'
	"$1" 'type change not blocked' ./internal/planner internal/planner/changes.go \
		'if p.desired.Type == nil || *p.desired.Type == p.live.Type {' 'if true {'
	"$1" 'unknown id created' ./internal/planner internal/planner/match.go \
		'case live == nil && d.ID != "" && d.State != cluster.Absent:' 'case false:'
	"$1" 'ambiguous name taken' ./internal/planner internal/planner/match.go \
		'case len(candidates) == 1:' 'case len(candidates) >= 1:'
	"$1" 'renamed onto a taken name' ./internal/planner internal/planner/match.go \
		'p.blocked = m.nameTaken(d, live)' ''
	"$1" 'one cluster claimed twice' ./internal/planner internal/planner/match.go \
		'case m.claimed[live.ID] != nil:' 'case false:'
	"$1" 'what is refused planned all the same' ./internal/planner internal/planner/build.go \
		'case p.blocked != "":' 'case false:'
	"$1" 'tests left out of a patch' ./internal/planner internal/planner/changes.go \
		'patchRequest(p.live.ID, patch)' 'patchRequest(p.live.ID, patch.WithoutTests())'
	"$1" 'log window in the past sent' ./internal/planner internal/planner/logwindow.go \
		'if want.IsWindow() && !want.Expiration.After(now) {' 'if false {'
	"$1" 'log window that ends now sent' ./internal/planner internal/planner/logwindow.go \
		'!want.Expiration.After(now)' 'want.Expiration.Before(now)'
	"$1" 'more than 24 hours asked for' ./internal/planner internal/planner/logwindow.go \
		'case want.Expiration.Sub(now) <= grant:' 'case true:'
	"$1" 'renewWithin ignored' ./internal/planner internal/planner/logwindow.go \
		'inForce.Expiration.Sub(now) > want.RenewWithin()' 'inForce.Expiration.After(now)'
	"$1" 'another end taken for the same' ./internal/planner internal/planner/logwindow.go \
		'return inForce.SameEnd(cluster.LiveLogConfig{Expiration: a.until})' 'return true'
	"$1" "someone else's levels taken for ours" ./internal/planner internal/planner/logwindow.go \
		'inForce != nil && sameLevels(want, *inForce) &&' 'inForce != nil &&'
	"$1" "someone else's window replaced without showing it" ./internal/planner internal/planner/logwindow.go \
		'logDiff(want, inForce, a)' 'logDiff(want, nil, a)'
	"$1" "someone else's root level not shown" ./internal/planner internal/planner/logwindow.go \
		'note(level(before.RootLevel),' 'note(nil,'
	"$1" "someone else's levels not shown" ./internal/planner internal/planner/logwindow.go \
		'note(level(before.LogLevels[class]),' 'note(nil,'
	"$1" "someone else's end not shown" ./internal/planner internal/planner/logwindow.go \
		'note(instant(before.Expiration),' 'note(nil,'
	"$1" 'what has ended shown as in force' ./internal/planner internal/planner/logwindow.go \
		'if !served.InForce(now) {' 'if false {'
	"$1" 'expiresAt left out' ./internal/planner internal/planner/build.go \
		'ExpiresAt:     b.expiresAt,' ''
	"$1" 'expiresAt of an update left out' ./internal/planner internal/planner/changes.go \
		'		b.expire(*d.wrongAt)
	}
	change := p.change(SetLog)' '	}
	change := p.change(SetLog)'
	"$1" 'expiresAt of a create left out' ./internal/planner internal/planner/changes.go \
		'		b.expire(*d.wrongAt)
	}
	return &d.body' '	}
	return &d.body'
	"$1" 'expiresAt is the last moment' ./internal/planner internal/planner/build.go \
		'at.Before(*b.expiresAt)' 'at.After(*b.expiresAt)'
	"$1" 'digest leaves out the requests' ./internal/planner internal/planner/digest.go \
		'c.RemoveClients, c.Requests,' 'c.RemoveClients, nil,'
	"$1" 'digest leaves out the diff' ./internal/planner internal/planner/digest.go \
		'c.Clients, c.Diff,' 'c.Clients, nil,'
	"$1" 'digest leaves out the clients' ./internal/planner internal/planner/digest.go \
		'c.Action, c.Clients,' 'c.Action, 0,'
	"$1" 'digest leaves out the services' ./internal/planner internal/planner/digest.go \
		'c.Requests, c.Services,' 'c.Requests, 0,'
	"$1" 'digest leaves out the tenant' ./internal/planner internal/planner/digest.go \
		', Tenant: p.Tenant}' '}'
	"$1" 'digest leaves out what is blocked' ./internal/planner internal/planner/digest.go \
		'if f.Kind == Blocked {' 'if false {'
	"$1" 'digest leaves out the expiry' ./internal/planner internal/planner/digest.go \
		'ExpiresAt: p.ExpiresAt, ' ''
	"$1" 'a plan of two readings read' ./internal/planner internal/planner/read.go \
		'if err := expectPlainKeys(compact); err != nil {' 'if err := expectPlainKeys(compact); false {'
	"$1" 'a window that has been set by somebody since overwritten' ./internal/planner internal/planner/logbody.go \
		'return reviewed != nil && got.SameLevels(*reviewed) && got.SameEnd(*reviewed)' 'return true'
	"$1" 'stale: a changed field' ./internal/planner internal/planner/recheck.go \
		'case len(changed) > 0:
		return Standing{Stale: "changed since: " + changed.String()}, nil
	case r.isRenamed' 'case len(changed) > 99:
		return Standing{Stale: "changed since: " + changed.String()}, nil
	case r.isRenamed'
	"$1" 'stale: a namesake that has come' ./internal/planner internal/planner/recheck.go \
		'come := Standing{Stale:' 'come, _ := Standing{}, Standing{Stale:'
	"$1" 'stale: a log configuration' ./internal/planner internal/planner/recheck.go \
		'case LogIsAsReviewed(live.Log.Config, reviewed, r.now):' 'case true:'
	"$1" 'stale: clients that have come' ./internal/planner internal/planner/recheck.go \
		'case live.Clients != c.Clients || live.Services != c.Services:' 'case live.Services != c.Services:'
	"$1" 'stale: the last cluster' ./internal/planner internal/planner/recheck.go \
		'case c.IsPruned() && r.leavesNone:' 'case false:'
	"$1" 'stale: a new name that was taken' ./internal/planner internal/planner/recheck.go \
		'if taken := r.byName[name]; len(taken) > 0 {' 'if taken := r.byName[name]; len(taken) > 99 {'
	"$1" 'stale: gone' ./internal/planner internal/planner/recheck.go \
		'return Standing{Stale: "gone since"}, nil' 'return Standing{Done: true}, nil'
	"$1" 'stale plan accepted' ./cmd/clusterctl:TestScripts/saved cmd/clusterctl/savedplan.go \
		'if c := plan.Changes[i]; s.Stale != "" {' 'if c := plan.Changes[i]; false {'
	"$1" 'expired plan accepted' ./cmd/clusterctl:TestScripts/saved cmd/clusterctl/savedplan.go \
		'if plan.IsExpired(now) {' 'if false {'
	"$1" 'plan of another tenant accepted' ./cmd/clusterctl:TestScripts/saved cmd/clusterctl/savedplan.go \
		'if !c.tenant.Is(plan.Tenant) {' 'if false {'
	"$1" 'plan that was changed accepted' ./cmd/clusterctl:TestScripts/saved cmd/clusterctl/savedplan.go \
		'if err := plan.Verify(); err != nil {' 'if err := plan.Verify(); false {'
	"$1" 'digest not checked' ./internal/planner internal/planner/verify.go \
		'if sum != p.Digest {' 'if false {'
	"$1" 'requests not held against the diff' ./internal/planner internal/planner/verify.go \
		'	if !same {
		return errors.New("its requests do not' '	if !same && false {
		return errors.New("its requests do not'
	"$1" 'another digest than expected' ./cmd/clusterctl:TestScripts/saved cmd/clusterctl/savedplan.go \
		'if want == "" || want == plan.Digest {' 'if true {'
	"$1" 'undo of what somebody has changed since' ./internal/planner internal/planner/undofields.go \
		'if foreign := seen.foreign(); len(foreign) > 0 {' 'if foreign := seen.foreign(); len(foreign) > 99 {'
	"$1" 'undo of a cluster in use' ./internal/planner internal/planner/undocreated.go \
		'	case attached:' '	case attached && false:'
	"$1" 'tests left out where they are sent' ./internal/applier internal/applier/update.go \
		'live, err := j.patch(ctx, patch, before)' 'live, err := j.patch(ctx, patch.WithoutTests(), before)'
	"$1" 'report cut before it is masked' ./internal/render internal/render/wording.go \
		's = t.masker.Text(s)' '_ = t.masker.Text(s)'
	"$1" 'report ends a code span' ./internal/render internal/render/markdown_text.go \
		'longestRun(s)+1)' '1)'
	"$1" 'report takes any word for a plain one' ./internal/render internal/render/markdown_text.go \
		'isPlain := plainWord.MatchString(core)' 'isPlain := true'
	"$1" 'report larger than a comment' ./internal/render internal/render/markdown.go \
		'if taken+len(item) > left {' 'if false {'
	"$1" 'workflow command ended early' ./internal/render internal/render/github.go \
		'"%", "%25", "\r"' '"\r"'
}

# A replacement is made with the shell's own means, since sed and its like take
# a pattern and no text.

# contents sets text to a file's, the newline at its end included.
contents() {
	text=$(cat "$1" && printf x)
	text=${text%x}
}

# check insists that a mutation's text is there, and once.
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

# try breaks the copy, runs the tests and mends it.
try() {
	# shellcheck disable=SC2254 # it is a pattern
	case $1 in
	$pattern) tried=$((tried + 1)) ;;
	*) return ;;
	esac
	contents "$3"
	printf '%s%s%s' "${text%%"$4"*}" "$5" "${text#*"$4"}" >"$tmp/$3"
	code=0
	run "$2" || code=$?
	cp "$3" "$tmp/$3"
	verdict "$1" "$code"
}

# run runs the tests of a package of the copy, or, of PACKAGE:PATTERN, some. The path of the copy, which is
# another each time, is kept out of the build so that its cache is of use.
run() {
	package=${1%%:*} some=${1#"$1"}
	case $1 in *:*) some=${1#*:} ;; esac
	(cd "$tmp" && exec go test -trimpath -vet=off -timeout 2m -run "$some" "$package") >"$tmp/out" 2>&1
}

# verdict tells what became of a mutation. Only a test that fails has caught it:
# what does not compile, or cannot be run, says nothing of the tests.
verdict() {
	if [ "$2" -eq 0 ]; then
		printf 'MISSED  %s\n' "$1"
		bad=$((bad + 1))
	elif grep -q '^ *--- FAIL: ' "$tmp/out"; then
		printf 'caught  %s: %s\n' "$1" "$(failed)"
	else
		cat "$tmp/out"
		printf 'BROKEN  %s\n' "$1"
		bad=$((bad + 1))
	fi
}

# failed tells which tests failed, but not those that did so with one of theirs.
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

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -R go.mod go.sum cmd internal testdata docs examples "$tmp"

# Tests that fail as they are would catch everything.
package() { printf '%s\n' "$2"; }
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
