package planner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
)

// Verify refuses a plan that was modified: its digest is wrong, its requests do not
// follow from the diffs that a reviewer sees, or its summary miscounts. The digest alone
// is not enough, since whoever modifies a plan can compute a new one.
func (p Plan) Verify() error {
	sum, err := digest(p)
	if err != nil {
		return err
	}
	if sum != p.Digest {
		return fmt.Errorf("its digest is %s, but its content has %s", p.Digest, sum)
	}
	for _, wave := range Waves(p.Changes) {
		for _, step := range wave {
			if err := step.Change.verify(); err != nil {
				return fmt.Errorf("%s %s: %w", step.Change.Action, step.Change.Name, err)
			}
		}
	}
	return errors.Join(p.verifyOrder(), p.verifySummary(), p.verifyExpiry())
}

// verify compares the requests with those derived from the diff.
func (c Change) verify() error {
	want, err := c.derived()
	if err != nil {
		return err
	}
	same, err := encodeAlike(c.Requests, want)
	if err == nil && !same {
		err = errNotDerived
	}
	return err
}

var errNotDerived = errors.New("the requests do not match the diff")

// derived returns the requests that follow from the diff. Only the request says how long
// a log configuration lasts, so that part of the diff is derived from the request.
func (c Change) derived() ([]Request, error) {
	if (c.Action == Create) != (c.ID == "") || c.ID == "." || c.ID == ".." {
		return nil, fmt.Errorf("the id %q is not valid", c.ID)
	}
	seen := map[string]bool{}
	for _, d := range c.Diff {
		if seen[d.Path] {
			return nil, fmt.Errorf("the diff has %s twice", d.Path)
		}
		seen[d.Path] = true
	}
	switch c.Action {
	case Create:
		return c.derivedCreate()
	case Update:
		return c.derivedUpdate()
	case SetLog:
		return c.derivedSetLog()
	case Delete:
		return c.derivedDelete(seen)
	default:
		return nil, errors.New("unknown action")
	}
}

func (c Change) derivedCreate() ([]Request, error) {
	hasBefore := func(d jsonpatch.Edit) bool { return d.Before != nil }
	isName := func(d jsonpatch.Edit) bool {
		return d.Path == "/name" && jsonpatch.Equal(d.After, jsonpatch.Quote(c.Name))
	}
	switch {
	case slices.ContainsFunc(c.Diff, hasBefore):
		return nil, errors.New("the diff of a create has a before value")
	case !slices.ContainsFunc(c.Diff, isName):
		return nil, errors.New("the diff sets another name")
	}
	log, err := c.verifiedLog()
	if err != nil {
		return nil, err
	}
	return createRequests(c.Diff, log)
}

func (c Change) derivedUpdate() ([]Request, error) {
	changesNothing := func(d jsonpatch.Edit) bool { return jsonpatch.Same(d.Before, d.After) }
	if len(c.Diff) == 0 || slices.ContainsFunc(c.Diff, changesNothing) {
		return nil, errors.New("the diff changes nothing")
	}
	if len(c.Requests) != 1 {
		return nil, errNotDerived
	}
	tested, err := c.Requests[0].tested()
	if err != nil {
		return nil, errNotDerived
	}
	if err := c.expectParents(tested); err != nil {
		return nil, err
	}
	return requestsOf(patchDraft(c.ID, c.guarded(tested)))
}

// guarded returns the patch of an update's diff. The diff does not hold the parents that
// the patch tests.
func (c Change) guarded(tested map[string]json.RawMessage) jsonpatch.Patch {
	return jsonpatch.Guarded(c.Diff, func(path string) json.RawMessage { return tested[path] })
}

// tested returns the values that a patch tests, by path.
func (r Request) tested() (map[string]json.RawMessage, error) {
	patch, err := jsonpatch.Parse(r.Body)
	tested := map[string]json.RawMessage{}
	for _, test := range patch.Tests() {
		tested[test.Path] = test.Value
	}
	return tested, err
}

// expectParents checks that the patch tests each object that it adds to, as it was
// without the added key.
func (c Change) expectParents(tested map[string]json.RawMessage) error {
	for _, d := range c.Diff {
		parent := d.Parent()
		if !d.FillsGap() || parent == "" {
			continue
		}
		within, there, err := jsonpatch.Lookup(tested[parent], d.Path[len(parent):])
		if err != nil || cluster.Members(tested[parent]) == nil || there != (d.Before != nil) || !jsonpatch.IsNull(within) {
			return fmt.Errorf("the patch adds %s without a test of %s", d.Path, parent)
		}
	}
	return nil
}

func (c Change) derivedSetLog() ([]Request, error) {
	log, err := c.verifiedLog()
	if err != nil {
		return nil, err
	}
	if log == nil {
		return nil, errors.New("no request sets a log configuration")
	}
	if slices.ContainsFunc(c.Diff, func(d jsonpatch.Edit) bool { return !isLogField(d.Path) }) {
		return nil, errors.New("the diff has fields outside the log configuration")
	}
	return requestsOf(logDraft(c.ID, *log))
}

func (c Change) derivedDelete(shown map[string]bool) ([]Request, error) {
	keepsSomething := func(d jsonpatch.Edit) bool { return d.Before == nil || d.After != nil }
	if slices.ContainsFunc(c.Diff, keepsSomething) {
		return nil, errors.New("the diff of a delete keeps a value")
	}
	for _, path := range deletedPaths() {
		if !shown[path] {
			return nil, fmt.Errorf("the diff of a delete does not show %s", path)
		}
	}
	return []Request{{Method: "DELETE", Path: api.DeletePath(c.ID, c.RemoveClients)}}, nil
}

// verifiedLog returns the log configuration that the change sets, nil if none, once it
// has checked that the diff shows it.
func (c Change) verifiedLog() (*LogBody, error) {
	shown := slices.DeleteFunc(slices.Clone(c.Diff), func(d jsonpatch.Edit) bool { return !isLogField(d.Path) })
	wanted, reviewed, err := c.Log()
	if err != nil {
		return nil, err
	}
	if wanted == nil {
		if len(shown) > 0 {
			err = errors.New("the diff shows a log configuration that no request sets")
		}
		return nil, err
	}
	same, err := encodeAlike(shown, logDiff(reviewed, *wanted))
	if err == nil && !same {
		err = errors.New("the diff does not show the log configuration that the request sets")
	}
	return wanted, err
}

// encodeAlike reports whether two values have the same JSON.
func encodeAlike(a, b any) (bool, error) {
	x, err := jsonpatch.Canonical(a)
	if err != nil {
		return false, err
	}
	y, err := jsonpatch.Canonical(b)
	return bytes.Equal(x, y), err
}

// verifyOrder checks that the changes are in the order of New, and each one only once.
func (p Plan) verifyOrder() error {
	if !slices.IsSortedFunc(p.Changes, compareChanges) {
		return errors.New("the changes are out of order")
	}
	for i := 1; i < len(p.Changes); i++ {
		if c := p.Changes[i]; compareChanges(p.Changes[i-1], c) == 0 {
			return fmt.Errorf("%s %s: listed twice", c.Action, c.Name)
		}
	}
	return nil
}

func (p Plan) verifySummary() error {
	want := summarize(p.Changes, p.Findings)
	if want.Unchanged = p.Summary.Unchanged; p.Summary != want {
		return errors.New("the summary does not match the changes and findings")
	}
	return nil
}

// verifyExpiry refuses a plan that expires after a log configuration that it sets.
func (p Plan) verifyExpiry() error {
	for _, c := range p.Changes {
		wanted, _, err := c.Log()
		switch {
		case err != nil:
			return err
		case wanted == nil || wanted.Expiration.IsZero():
		case p.ExpiresAt == nil || p.ExpiresAt.After(wanted.Expiration):
			return fmt.Errorf("%s %s: the plan expires after the log configuration that it sets", c.Action, c.Name)
		}
	}
	return nil
}
