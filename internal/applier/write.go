package applier

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"clusterctl/internal/api"
	"clusterctl/internal/receipt"
)

// write is one request that changes the tenant.
type write struct {
	receipt.Request
	// before is the state that it overwrites; nil is no cluster.
	before *receipt.State
	send   func() (api.Exchange, error)
	// lookUp finds the effect of a request that succeeded, or that failed but may have been
	// applied.
	lookUp func(sendErr error) finding

	seq       int
	exchange  api.Exchange
	isSettled bool
}

// request returns a write of the change; before is the state that it overwrites.
func (j *job) request(method, path string, body json.RawMessage, before *receipt.State) *write {
	w := &write{before: before}
	w.Method, w.Path, w.Body = method, path, body
	w.Change = receipt.RequestedChange{Action: j.change.Action, Name: j.change.Name, ID: j.id, Diff: j.change.Diff}
	return w
}

// fate is what a write did.
type fate int

const (
	notSent    fate = iota
	undone          // it changed nothing
	done            // it changed all or some of what it should
	unknown         // cannot be determined
	unresolved      // not determined yet
)

// finding is what is known about a write.
type finding struct {
	fate fate
	// after is the state after a write that was done; nil is no cluster.
	after *receipt.State
	// id, adopted and whole describe a created cluster; see receipt.Outcome.
	id             string
	adopted, whole bool
	// err is the error of the request, or what is wrong with the state found.
	err error
}

// write is the only place that sends a request. It records the intent in the receipt, sends the
// request, looks up its effect unless it was refused, and records the outcome. A request that
// cannot be recorded is not sent.
func (j *job) write(w *write) (fate, error) {
	var err error
	w.Time = j.opts.Now().UTC()
	if w.seq, err = j.opts.Journal.Intent(w.Request); err != nil {
		return notSent, err
	}
	w.exchange, err = w.send()
	if err != nil {
		w.exchange = exchangeOf(err)
	}
	if w.exchange.Method != "" {
		j.exchanges = append(j.exchanges, w.exchange)
	}
	if err != nil && !w.mayBeDone(err) {
		return j.settle(w, finding{fate: undone, err: err})
	}
	return j.settle(w, w.lookUp(err))
}

// mayBeDone reports whether a failed request may have been applied. A tenant refuses to delete a
// cluster that no longer exists with 400.
func (w *write) mayBeDone(err error) bool {
	return api.OutcomeUnknown(err) || w.Method == http.MethodDelete && api.StatusOf(err) == http.StatusBadRequest
}

// exchangeOf returns the exchange of a failed request.
func exchangeOf(err error) api.Exchange {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return api.Exchange{Method: e.Method, Path: e.Path, Status: e.Status, RequestID: e.RequestID}
	}
	if e, ok := errors.AsType[*api.Unanswered](err); ok {
		return api.Exchange{Method: e.Method, Path: e.Path}
	}
	return api.Exchange{}
}

// settle records the outcome of a write in the receipt, unless it is unresolved. A failed write
// whose effect is unknown gives its change the outcome Unknown.
func (j *job) settle(w *write, f finding) (fate, error) {
	if f.fate == unknown && outcomeOf(f.err) == Failed {
		f.err = &failure{Unknown, f.err}
	}
	if f.fate == unresolved || w.isSettled {
		return f.fate, f.err
	}
	w.isSettled = true
	o := receipt.Outcome{
		Time: j.opts.Now().UTC(), ID: cmp.Or(f.id, w.Change.ID), Status: w.exchange.Status, RequestID: w.exchange.RequestID,
		Unsettled: f.fate == unknown, Adopted: f.adopted, Whole: f.whole, Before: w.before, After: f.after,
	}
	if f.fate == undone {
		o.After = w.before
	}
	if f.err != nil {
		o.Error = f.err.Error()
	}
	if err := j.opts.Journal.Outcome(w.seq, w.Request, o); err != nil {
		j.unnoted = fmt.Errorf("%w (%s %s was sent, but its outcome is not in the receipt)", err, w.Method, w.Path)
	}
	return f.fate, f.err
}
