# shellcheck shell=sh
# The mutations that mutate.sh tries: one for each guard.
#
# mutations calls its argument for each, with: a name; the package whose tests must
# fail (with a pattern if some tests are enough); a file; a text that is in it exactly
# once; the text that replaces it.
mutations() {
	"$1" 'prune off deletes' ./internal/planner internal/planner/decide.go \
		'case p.desired == nil && b.policy.Prune:' 'case p.desired == nil:'
	"$1" 'prune without scope' ./internal/planner internal/policy/policy.go \
		'case p.Owns(name, clusterType):' 'case true:'
	"$1" 'prune without scope, in the policy' ./internal/policy internal/policy/policy.go \
		'&& (p.Scope.IsZero() || p.Scope.Match(name, clusterType))' ''
	"$1" 'the undeclared that is ignored pruned' ./internal/planner internal/planner/decide.go \
		'case p.desired == nil && unowned != "":' 'case false:'
	"$1" 'system types not ignored by default' ./internal/planner internal/policy/policy.go \
		'if ignore.Types == nil {' 'if false {'
	"$1" 'system cluster pruned' ./internal/planner internal/policy/policy.go \
		'case IsSystem(clusterType):' 'case false:'
	"$1" 'protect ignored' ./internal/planner internal/policy/policy.go \
		'case p.Protects(name, clusterType):' 'case false:'
	"$1" 'clients ignored' ./internal/planner internal/cluster/live.go \
		'l.Clients.IsZero() && l.Services.IsZero()' 'l.Services.IsZero()'
	"$1" 'services ignored' ./internal/planner internal/cluster/live.go \
		'l.Clients.IsZero() && l.Services.IsZero()' 'l.Clients.IsZero()'
	"$1" 'clients removed unasked' ./internal/planner internal/planner/delete.go \
		'api.DeletePath(p.live.ID, removeClients)' 'api.DeletePath(p.live.ID, true)'
	"$1" 'clients removed by prune' ./internal/planner internal/planner/prune.go \
		'b.undeletable(p, false)' 'b.undeletable(p, true)'
	"$1" 'cap ignored' ./internal/planner internal/policy/limit.go \
		'if limit.allows(n, owned) {' 'if true {'
	"$1" 'cap off by one' ./internal/planner internal/policy/limit.go \
		'return n <= l.N' 'return n <= l.N+1'
	"$1" 'share of the clusters that were read' ./internal/planner internal/planner/needs.go \
		'in.Policy.CountsOwned() ||' ''
	"$1" 'cap on updates ignored' ./internal/planner internal/planner/rename.go \
		'if tooMany == "" {' 'if true {'
	"$1" 'log set under a refused name' ./internal/planner internal/planner/rename.go \
		'keep[c.ID] = isRename' 'keep[c.ID] = isRename && false'
	"$1" 'last cluster pruned' ./internal/planner internal/planner/prune.go \
		'case isEmptied && d.change.IsPruned():' 'case isEmptied && false:'
	"$1" 'the unselected not counted as staying' ./internal/planner internal/planner/prune.go \
		'leavesNone(all, b.clusters)' 'leavesNone(all, nil)'
	"$1" 'what is not selected planned' ./internal/planner internal/planner/build.go \
		'if in.Selection.Picks(p.declaredName()) && !b.denyEntry(p) {' 'if !b.denyEntry(p) {'
	"$1" 'ignored cluster changed' ./internal/planner internal/planner/decide.go \
		'case unowned != "":' 'case false:'
	"$1" 'absent of a foreign cluster deleted' ./internal/planner internal/planner/decide.go \
		'case unowned != "":' 'case unowned != "" && p.desired.State != cluster.Absent:'
	"$1" 'renamed out of the scope' ./internal/planner internal/planner/decide.go \
		'if reason == "" && p.desired != nil && p.desired.State != cluster.Absent {' 'if false {'
	"$1" 'type change not blocked' ./internal/planner internal/planner/changes.go \
		'wanted != nil && p.live.Type != "" && *wanted != p.live.Type {' 'wanted != nil && false {'
	"$1" 'unknown id created' ./internal/planner internal/planner/match.go \
		'case d.ID != "" && d.State != cluster.Absent:' 'case false:'
	"$1" 'ambiguous name taken' ./internal/planner internal/planner/match.go \
		'case len(found) > 1:' 'case false:'
	"$1" 'renamed onto a taken name' ./internal/planner internal/planner/build.go \
		'maps.Copy(keep, b.blockTakenNames())' ''
	"$1" 'denied entry planned' ./internal/planner internal/planner/build.go \
		' && !b.denyEntry(p) {' ' {'
	"$1" 'denied change planned' ./internal/planner internal/planner/gate.go \
		'			keep[c.ID] = true
		}
		return refused' '			keep[c.ID] = true
		}
		return false'
	"$1" 'log configuration of a denied rename set' ./internal/planner internal/planner/gate.go \
		'isRename && refused {' 'isRename && false {'
	"$1" 'warnings of rules in the order of the files' ./internal/planner internal/planner/build.go \
		'range [][]Warning{b.gate.warnings, b.unmatched}' 'range [][]Warning{b.unmatched}'
	"$1" 'changes left are counted as the whole plan' ./internal/planner internal/planner/gate.go \
		'	pending.Summary = summarize(pending.Changes, slices.DeleteFunc(slices.Clone(p.Findings), isOfPlan))' ''
	"$1" 'one cluster claimed twice' ./internal/planner internal/planner/match.go \
		'	blockShared(pairs)' ''
	"$1" 'blocked pair planned anyway' ./internal/planner internal/planner/decide.go \
		'case p.blocked != "":' 'case false:'
	"$1" 'tests left out of a patch' ./internal/planner internal/planner/changes.go \
		'patchDraft(p.live.ID, patch)' 'patchDraft(p.live.ID, patch.WithoutTests())'
	"$1" 'log window in the past sent' ./internal/planner internal/planner/logwindow.go \
		'if want.IsWindow() && !want.Expiration.After(now) {' 'if false {'
	"$1" 'log window that ends now sent' ./internal/planner internal/planner/logwindow.go \
		'!want.Expiration.After(now)' 'want.Expiration.Before(now)'
	"$1" 'more than 24 hours asked for' ./internal/planner internal/planner/logwindow.go \
		'case want.Expiration.Sub(now) <= grant:' 'case true:'
	"$1" 'renewWithin ignored' ./internal/planner internal/planner/logwindow.go \
		'end.Sub(now) > want.RenewWithin()' 'end.After(now)'
	"$1" 'another end taken for the same' ./internal/planner internal/planner/logwindow.go \
		'd.body.Expiration, d.wrongAt = want.Expiration.UTC(),' '_, d.wrongAt = want.Expiration.UTC(),'
	"$1" "someone else's levels taken for ours" ./internal/planner internal/planner/logwindow.go \
		'if inForce.Matches(d.body.Config()) &&' 'if inForce != nil &&'
	"$1" "someone else's window replaced without showing it" ./internal/planner internal/planner/logwindow.go \
		'd.diff = logDiff(inForce, d.body)' 'd.diff = logDiff(nil, d.body)'
	"$1" "someone else's root level not shown" ./internal/planner internal/planner/logwindow.go \
		'note(level(before.RootLevel),' 'note(nil,'
	"$1" "someone else's levels not shown" ./internal/planner internal/planner/logwindow.go \
		'note(level(before.LogLevels[class]),' 'note(nil,'
	"$1" "someone else's end not shown" ./internal/planner internal/planner/logwindow.go \
		'note(instant(before.Expiration),' 'note(nil,'
	"$1" 'expired configuration shown as active' ./internal/planner internal/planner/logwindow.go \
		'inForce, d := served.At(now),' 'inForce, d := served,'
	"$1" 'expiresAt left out' ./internal/planner internal/planner/build.go \
		'ExpiresAt:     b.expiresAt,' ''
	"$1" 'expiresAt of an update left out' ./internal/planner internal/planner/changes.go \
		'	b.expire(d.wrongAt)
	return b.change(' '	return b.change('
	"$1" 'expiresAt of a create left out' ./internal/planner internal/planner/changes.go \
		'		b.expire(d.wrongAt)
		log, change.Diff' '		log, change.Diff'
	"$1" 'expiresAt is the last moment' ./internal/planner internal/planner/build.go \
		'at.Before(*b.expiresAt)' 'at.After(*b.expiresAt)'
	"$1" 'digest leaves out the requests' ./internal/planner internal/planner/digest.go \
		'c.RemoveClients, c.Requests,' 'c.RemoveClients, nil,'
	"$1" 'digest leaves out the diff' ./internal/planner internal/planner/digest.go \
		'c.Clients, c.Diff,' 'c.Clients, nil,'
	"$1" 'digest leaves out the clients' ./internal/planner internal/planner/digest.go \
		'attachedOf(c), c.Clients,' 'attachedOf(c), 0,'
	"$1" 'digest leaves out the services' ./internal/planner internal/planner/digest.go \
		'c.Requests, c.Services,' 'c.Requests, 0,'
	"$1" 'digest leaves out the tenant' ./internal/planner internal/planner/digest.go \
		', Tenant: p.Tenant, Undo' ', Undo'
	"$1" 'digest leaves out what is blocked' ./internal/planner internal/planner/digest.go \
		'		case Blocked:
' '		case "":
'
	"$1" 'digest leaves out what is denied' ./internal/planner internal/planner/digest.go \
		'		case Denied:
' '		case "":
'
	"$1" 'digest leaves out what is waived' ./internal/planner internal/planner/digest.go \
		'		case Waived:
' '		case "":
'
	"$1" 'digest leaves out the expiry' ./internal/planner internal/planner/digest.go \
		'ExpiresAt: p.ExpiresAt, ' ''
	"$1" 'ambiguous plan accepted' ./internal/planner internal/planner/readplan.go \
		'if err := expectPlainKeys(compact); err != nil {' 'if err := expectPlainKeys(compact); false {'
	"$1" 'log configuration set by someone else overwritten' ./internal/planner internal/planner/logbody.go \
		'return got == nil || got.Equal(reviewed)' 'return true'
	"$1" 'stale: a changed field' ./internal/planner internal/planner/recheck.go \
		'case len(changed) > 0:
		return stale("changed since the plan was made: %s", changed)
	case r.isRenamed' 'case len(changed) > 99:
		return stale("changed since the plan was made: %s", changed)
	case r.isRenamed'
	"$1" 'stale: a new namesake' ./internal/planner internal/planner/recheck.go \
		'taken := stale(' 'taken, _ := Freshness{}, stale('
	"$1" 'stale: a log configuration' ./internal/planner internal/planner/recheck.go \
		'case LogIsAsReviewed(live.Log.Config, reviewed, r.now):' 'case true:'
	"$1" 'stale: new clients' ./internal/planner internal/planner/recheck.go \
		'case cmp.Or(attached, log) != "":' 'case log != "":'
	"$1" 'stale: a new log configuration of a cluster to be deleted' ./internal/applier internal/planner/recheck.go \
		'case cmp.Or(attached, log) != "":' 'case attached != "":'
	"$1" 'a log configuration deleted that nobody reviewed' ./internal/applier internal/applier/delete.go \
		'if err == nil && changed != "" {' 'if false {'
	"$1" 'stale: the last cluster' ./internal/planner internal/planner/recheck.go \
		'case c.IsPruned() && r.isEmptied:' 'case false:'
	"$1" 'stale: a new name that was taken' ./internal/planner internal/planner/recheck.go \
		'return r.renamed[id] != nil }' 'return true }'
	"$1" 'stale: deleted' ./internal/planner internal/planner/recheck.go \
		'return stale("no longer exists")' 'return Freshness{Done: true}'
	"$1" 'stale plan accepted' ./internal/testkit/script:TestScripts/saved internal/command/savedplan.go \
		'if s.Stale == "" {' 'if true {'
	"$1" 'expired plan accepted' ./internal/testkit/script:TestScripts/saved internal/command/savedplan.go \
		'if plan.IsExpired(in.Now) {' 'if false {'
	"$1" 'plan of another tenant accepted' ./internal/testkit/script:TestScripts/saved internal/command/savedplan.go \
		'if !c.tenant.Is(plan.Tenant) {' 'if false {'
	"$1" 'plan that was changed accepted' ./internal/testkit/script:TestScripts/saved internal/command/savedplan.go \
		'if err := plan.Verify(); err != nil {' 'if err := plan.Verify(); false {'
	"$1" 'digest not checked' ./internal/planner internal/planner/verify.go \
		'if sum != p.Digest {' 'if false {'
	"$1" 'requests not held against the diff' ./internal/planner internal/planner/verify.go \
		'	if err == nil && !same {
		err = errNotDerived' '	if false {
		err = errNotDerived'
	"$1" 'another digest than expected' ./internal/testkit/script:TestScripts/saved internal/command/apply.go \
		'if want == "" || want == plan.Digest {' 'if true {'
	"$1" 'undo of later changes' ./internal/undo internal/undo/fields.go \
		'if changed := differing(seen, true); len(changed) > 0 {' 'if changed := differing(seen, true); len(changed) > 99 {'
	"$1" 'undo of a cluster in use' ./internal/undo internal/undo/created.go \
		'case !live.IsEmpty():' 'case false:'
	"$1" 'tests left out where they are sent' ./internal/applier internal/applier/patch.go \
		'guard := e.patch' 'guard := e.patch.WithoutTests()'
	"$1" 'report cut before it is masked' ./internal/report internal/report/line.go \
		's = l.Masker.Text(s)' '_ = l.Masker.Text(s)'
	"$1" 'report ends a code span' ./internal/report/markdown internal/report/markdown/prose.go \
		'for strings.Contains(s, fence) {' 'for false {'
	"$1" 'report takes any word for a plain one' ./internal/report/markdown internal/report/markdown/prose.go \
		'isPlain := plainWord.MatchString(core)' 'isPlain := true'
	"$1" 'report larger than a comment' ./internal/report/markdown internal/report/markdown/markdown.go \
		'if len(block) > left {' 'if false {'
	"$1" 'workflow command ended early' ./internal/report/ci internal/report/ci/github.go \
		'"%", "%25", "\r"' '"\r"'
	"$1" 'unknown count taken for zero' ./internal/cluster internal/cluster/count.go \
		'return c.known && c.n == 0' 'return c.n == 0'
	"$1" 'unknown attachments deleted' ./internal/planner internal/planner/delete.go \
		'case !p.live.AttachmentsKnown() && !removeClients:' 'case false:'
	"$1" 'unknown attachments undone' ./internal/undo internal/undo/created.go \
		'case !live.AttachmentsKnown():' 'case false:'
	"$1" 'digest leaves out unknown attachments' ./internal/planner internal/planner/digest.go \
		'c.Action, attachedOf(c),' 'c.Action, "",'
	"$1" 'unknown type pruned' ./internal/planner internal/planner/prune.go \
		'case p.live.Type == "":' 'case false:'
	"$1" 'unknown type deleted by name' ./internal/planner internal/planner/delete.go \
		'if p.live.Type == "" && p.desired.ID == "" {' 'if false {'
	"$1" 'unknown type deleted where types are protected' ./internal/planner internal/policy/policy.go \
		'case clusterType == "" && len(p.Protect.Types)+len(p.Ignore.Types) > 0:' 'case false:'
	"$1" 'odd cluster planned' ./internal/planner internal/planner/match.go \
		', blocked: found[0].Problem}' '}'
	"$1" 'cluster with a duplicate id planned' ./internal/planner internal/planner/match.go \
		'case count[live.ID] > 1:' 'case false:'
	"$1" 'unverified listing creates' ./internal/planner internal/planner/decide.go \
		'case p.live == nil && !b.listed:' 'case false:'
	"$1" 'unverified listing deletes' ./internal/planner internal/planner/delete.go \
		'case !b.listed:' 'case false:'
	"$1" 'unverified listing taken as proof of absence' ./internal/planner internal/planner/decide.go \
		'case p.isAbsent() && b.listed:' 'case p.isAbsent():'
	"$1" 'stale: unverified listing, create' ./internal/planner internal/planner/recheck.go \
		'case len(namesakes) == 0 && !r.listed:' 'case false:'
	"$1" 'stale: unverified listing, delete' ./internal/planner internal/planner/recheck.go \
		'case c.Action == Delete && !r.listed:' 'case false:'
	"$1" 'uncounted listing verified' ./internal/remote internal/remote/listing.go \
		'l.listing.Verified = counted' 'l.listing.Verified = true'
	"$1" 'unverified look-up believed' ./internal/applier internal/applier/job.go \
		'if isVerified || j.opts.TrustListing {' 'if true {'
	"$1" 'look-alike created' ./internal/planner internal/planner/similar.go \
		'if len(shown) == 0 || !isNew {' 'if len(shown) == 0 || !isNew || true {'
	"$1" 'look-alike pruned' ./internal/planner internal/planner/similar.go \
		'other.blocked = cmp.Or(other.blocked,' '_ = cmp.Or(other.blocked,'
	"$1" 'prune without its own limit' ./internal/planner internal/policy/limit.go \
		'if !isPruning || from < defaultFrom ||' 'if true || !isPruning || from < defaultFrom ||'
	"$1" 'swap of names without a detour' ./internal/planner internal/planner/waves.go \
		'if len(o.holders(i)) == 0 {' 'if len(o.holders(i)) < 99 {'
	"$1" 'parent not tested' ./internal/jsonpatch internal/jsonpatch/guard.go \
		'if value := served(path); value != nil {' 'if value := served(path); value != nil && false {'
	"$1" 'null tested' ./internal/jsonpatch internal/jsonpatch/guard.go \
		'return IsNull(e.Before) }' 'return e.Before == nil }'
	"$1" 'test of the parent not required' ./internal/planner internal/planner/verify.go \
		'if !d.FillsGap() || parent == "" {' 'if true {'
	"$1" 'unguarded patch sent unseen' ./internal/applier internal/applier/patch.go \
		'if isTested && e.patch.IsGuarded() {' 'if isTested {'
	"$1" '422 not taken for a refusal of tests' ./internal/applier internal/applier/patch.go \
		'http.StatusPreconditionFailed, http.StatusUnprocessableEntity,' 'http.StatusPreconditionFailed,'
	"$1" 'what was not reviewed deleted' ./internal/applier internal/applier/delete.go \
		'case len(changed) > 0:' 'case false:'
	"$1" 'stale: changed fields deleted' ./internal/planner internal/planner/recheck.go \
		'case len(changed) > 0:
		return stale("changed since the plan was made: %s", changed)
	case cmp' 'case len(changed) > 99:
		return stale("changed since the plan was made: %s", changed)
	case cmp'
	"$1" '"no other" before the own id is seen' ./internal/applier internal/applier/namesake.go \
		'return slices.ContainsFunc(named, isOwn), err' 'return true, err'
	"$1" 'post repeated without a current listing' ./internal/applier internal/applier/lostpost.go \
		'case isCurrent:' 'case isCurrent || true:'
	"$1" 'post repeated after any listing' ./internal/applier internal/applier/ledger.go \
		'return c.sentAt <= moment })' 'return false })'
	"$1" 'withdrawn though older clusters are not known' ./internal/applier internal/applier/namesake.go \
		'if !j.ledger.complete {' 'if false {'
	"$1" 'answer with the id of an older cluster taken' ./internal/applier internal/applier/ledger.go \
		'if id == "" || l.existing[id] || l.assigned[id] {' 'if id == "" || l.assigned[id] {'
	"$1" 'answer with the id of another change taken' ./internal/applier internal/applier/ledger.go \
		'if id == "" || l.existing[id] || l.assigned[id] {' 'if id == "" || l.existing[id] {'
	"$1" 'older cluster adopted' ./internal/applier internal/applier/lostpost.go \
		'if len(missing) > 0 || j.ledger.existed(named[0].ID) {' 'if len(missing) > 0 {'
	"$1" "another cluster's answer taken" ./internal/remote internal/remote/clusters.go \
		'return live.ID == id' 'return true'
	"$1" 'answer to a creation of another name taken' ./internal/remote internal/remote/clusters.go \
		'return created.Name == "" || created.Name == sent.Text("name")' 'return true || created.Name == sent.Text("name")'
	"$1" 'pages not bounded by what was received' ./internal/remote:TestACountSizesNothing internal/remote/listing.go \
		'if empty || len(l.pass.rows) == known {' 'if (empty || len(l.pass.rows) == known) && false {'
	"$1" 'informational answer taken' ./internal/remote internal/remote/answer.go \
		'if resp.StatusCode < http.StatusOK {' 'if false {'
	"$1" 'panic of a group not caught' ./internal/crash internal/crash/crash.go \
		'g.group.Go(func() error { return Catch(work) })' 'g.group.Go(work)'
	"$1" 'panic taken for success' ./internal/crash:TestCatch internal/crash/crash.go \
		'err = &Error{Value: value, Place: place()}' '_ = &Error{Value: value, Place: place()}'
	"$1" 'signal that dumps stacks not caught' ./internal/command:TestNoSignalIsDrift internal/command/run.go \
		'if isFatal(signal) {' 'if false {'
	"$1" 'blocked plan passes' ./internal/testkit/script:TestScripts/blocked internal/command/blocked.go \
		'case plan.Summary.Blocked > 0 && !skip:' 'case false:'
	"$1" 'denied plan passes' ./internal/command:TestRulesOfThePage internal/command/blocked.go \
		'case plan.Summary.Denied > 0 && !mayBeAllowedNow(plan, in):' 'case false:'
	"$1" 'a rule that cannot be evaluated allows' ./internal/rules internal/rules/rules.go \
		'denials = append(denials, Denial{p.rule, fmt.Sprintf(' '_ = append(denials, Denial{p.rule, fmt.Sprintf('
	"$1" 'rules are not decided again' ./internal/testkit/script:TestScripts/rules internal/command/rules.go \
		'if len(ruling.Denied) == 0 {' 'if true {'
	"$1" 'digest leaves out the waivers' ./internal/planner internal/planner/digest.go \
		', Waivers: p.Waivers}' '}'
	"$1" 'digest leaves out the rules' ./internal/planner internal/planner/digest.go \
		' Rules: p.Rules,' ''
	"$1" 'prune not counted as drift' ./internal/drift internal/drift/drift.go \
		'return r.Strict || r.Prune' 'return r.Strict'
	"$1" 'empty flag taken for none' ./internal/testkit/script:TestScripts/no_artifact internal/cli/flag.go \
		'case value == "":' 'case false:'
	"$1" 'empty receipt taken' ./internal/testkit/script:TestScripts/no_artifact internal/command/receipt.go \
		'case len(past.Runs) > 0:
		return past, nil' 'case true:
		return past, nil'
	"$1" 'undo --last redoes' ./internal/receipt internal/receipt/runstoundo.go \
		'return !r.Undo && r.Wrote()' 'return r.Wrote()'
	"$1" 'receipt in use deleted' ./internal/receipt internal/receipt/store.go \
		'if errors.Is(err, ErrLocked) {' 'if false {'
	"$1" 'unreadable receipt passed over' ./internal/testkit/script:TestScripts/receipt_last internal/command/lastapply.go \
		'read, err := c.readStored(ctx, path)
		if err != nil {
			return past, err
		}' 'read, _ := c.readStored(ctx, path)'
	"$1" 'running apply rolled back' ./internal/command:TestUndoLastWaitsForItsRun internal/command/lastapply.go \
		'if atomicfile.IsLocked(path) {' 'if atomicfile.IsLocked(path) && false {'
	"$1" 'undo does not ask' ./internal/testkit/script:TestScripts/undo_approval internal/command/approval.go \
		'case o.reviewed, len(plan.Changes) == 0, o.autoApprove:' 'case o.reviewed, len(plan.Changes) == 0, o.autoApprove, plan.Undo:'
	"$1" 'secret percent-encoded shown' ./internal/mask internal/mask/encodings.go \
		'	add(percentEncoded(s, r))
' ''
	"$1" 'secret escaped in JSON shown' ./internal/mask internal/mask/encodings.go \
		'			add(escaped(s, n, r))
' ''
	"$1" 'secret in a refusal shown' ./internal/remote:TestQuotedAnswersAreMasked internal/remote/answer.go \
		'body = []byte(t.mask(string(body)))
	}
	resp.Body' '_ = t.mask
	}
	resp.Body'
	"$1" 'command in the middle of a line' ./internal/escape internal/escape/escape.go \
		's = wordCommand.ReplaceAllString(s,' '_ = wordCommand.ReplaceAllString(s,'
	"$1" 'command at the beginning of a line' ./internal/escape internal/escape/escape.go \
		's = lines.ReplaceAllString(s,' '_ = lines.ReplaceAllString(s,'
	"$1" 'hidden characters in JSON' ./internal/escape internal/escape/escape.go \
		'bool { return IsHidden(r) &&' 'bool { return false &&'
}
