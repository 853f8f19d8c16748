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
	// before is what it writes over; nil is no cluster.
	before *receipt.State
	send   func() (api.Exchange, error)
	// lookUp finds what became of a request that was answered, or that may have
	// been done, although it failed with an error.
	lookUp func(sendErr error) finding

	seq       int
	exchange  api.Exchange
	isSettled bool
}

// request is one of the change, with what it writes over.
func (j *job) request(method, path string, body json.RawMessage, before *receipt.State) *write {
	w := &write{before: before}
	w.Method, w.Path, w.Body = method, path, body
	w.Change = receipt.RequestedChange{Action: j.change.Action, Name: j.change.Name, ID: j.id, Diff: j.change.Diff}
	return w
}

// fate is what became of a write.
type fate int

const (
	notSent    fate = iota
	undone          // it changed nothing
	done            // it changed all or some of what it was to
	unknown         // nobody knows
	unresolved      // nobody knows yet
)

// finding is what was found out about a write.
type finding struct {
	fate fate
	// after is what is in force after one that was done; nil is no cluster.
	after *receipt.State
	// id, adopted and whole are of a cluster that was created; see receipt.Outcome.
	id             string
	adopted, whole bool
	// err is of the request, or of what was found.
	err error
}

// write takes a request from its intent to its outcome, the only way in which one
// is sent: it is noted in the receipt, sent, and looked up unless it was refused,
// and what became of it is noted as well. What cannot be noted is not sent.
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

// mayBeDone reports whether a request that failed may have been done. A tenant
// answers 400 to the deletion of a cluster that is gone.
func (w *write) mayBeDone(err error) bool {
	return api.OutcomeUnknown(err) || w.Method == http.MethodDelete && api.StatusOf(err) == http.StatusBadRequest
}

// exchangeOf is the exchange of a request that failed.
func exchangeOf(err error) api.Exchange {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return api.Exchange{Method: e.Method, Path: e.Path, Status: e.Status, RequestID: e.RequestID}
	}
	if e, ok := errors.AsType[*api.Unanswered](err); ok {
		return api.Exchange{Method: e.Method, Path: e.Path}
	}
	return api.Exchange{}
}

// settle notes the outcome of a write in the receipt, unless it is unresolved. A
// failed write of unknown fate gives its change an unknown outcome.
func (j *job) settle(w *write, f finding) (fate, error) {
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
	if f.fate == unknown && outcomeOf(f.err) == Failed {
		return unknown, &failure{Unknown, f.err}
	}
	return f.fate, f.err
}
