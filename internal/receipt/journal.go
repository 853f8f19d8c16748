package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// SyncWriter is the destination of a journal, usually a file. Sync returns once the written data
// would survive a crash of the machine.
type SyncWriter interface {
	io.Writer
	Sync() error
}

// Journal writes a receipt: a line before and after each write to the tenant, each synced before
// the run continues. It is safe for concurrent use; a nil Journal does nothing.
type Journal struct {
	mu  sync.Mutex
	out SyncWriter
	seq int
	// err is the first failure to write a line. No intent follows it.
	err error
	// torn means that a part of that line may be in the file, so that no other line may follow.
	torn bool
}

// NewJournal returns a journal that writes each line with one Write.
func NewJournal(out SyncWriter) *Journal { return &Journal{out: out} }

// locked calls do while no line is being written.
func (j *Journal) locked(do func() error) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return do()
}

// Err returns the first failure to write a line, or nil.
func (j *Journal) Err() error { return j.locked(func() error { return j.err }) }

// HasIntent reports whether the run recorded a request.
func (j *Journal) HasIntent() (has bool) {
	_ = j.locked(func() error { has = j.seq > 0; return nil })
	return has
}

// Start begins a run. Err returns the errors of Start and End.
func (j *Journal) Start(r Run) {
	_ = j.locked(func() error {
		j.seq = 0
		return j.write(startLine{
			Type: lineStart, FormatVersion: Version, Tool: r.Tool, Tenant: r.Tenant, Digest: r.Digest, Undo: r.Undo, Waivers: r.Waivers, Time: r.Start,
		})
	})
}

// Intent records a request that is about to be sent, and returns its number. After an error the
// request must not be sent.
func (j *Journal) Intent(r Request) (seq int, err error) {
	err = j.locked(func() error {
		if j.err != nil {
			return j.err
		}
		j.seq++
		seq = j.seq
		return j.write(intentLine{
			Type: lineIntent, Seq: seq, Time: r.Time, Change: r.Change, Method: r.Method, Path: r.Path, Body: r.Body,
		})
	})
	return seq, err
}

// Outcome records the outcome of the request with this number, and the requests that roll it back
// manually. It omits Before and After if the outcome is unsettled.
func (j *Journal) Outcome(seq int, r Request, o Outcome) error {
	return j.locked(func() error {
		line := outcomeLine{
			Type: lineOutcome, Seq: seq, Time: o.Time,
			Change: changedCluster{Action: r.Change.Action, Name: r.Change.Name, ID: o.ID},
			Status: o.Status, RequestID: o.RequestID, Unsettled: o.Unsettled, Adopted: o.Adopted, Whole: o.Whole, Error: o.Error,
		}
		var errBefore, errAfter, errInverse error
		if !o.Unsettled {
			line.Before, errBefore = o.Before.encode()
			line.After, errAfter = o.After.encode()
		}
		line.Inverse, errInverse = r.inverse(o)
		if err := errors.Join(errBefore, errAfter, errInverse); err != nil {
			return err
		}
		return j.write(line)
	})
}

// End ends a run. It writes nothing after an error: the run then counts as interrupted.
func (j *Journal) End(at time.Time, s Summary) {
	_ = j.locked(func() error {
		if j.err != nil {
			return j.err
		}
		return j.write(endLine{Type: lineEnd, Time: at, Summary: s})
	})
}

// write writes one line. If no part of a failed line was written, the file is intact, and
// outcomes of requests in progress can still be recorded.
func (j *Journal) write(line any) error {
	if j.torn {
		return j.err
	}
	err := j.append(line)
	if err != nil {
		err = fmt.Errorf("receipt: %w", err)
	}
	if j.err == nil {
		j.err = err
	}
	return err
}

func (j *Journal) append(line any) error {
	data, err := jsonpatch.Encode(line)
	if err != nil {
		return err
	}
	n, err := j.out.Write(append(data, '\n'))
	if err == nil {
		err = j.out.Sync()
	}
	j.torn = n > 0 && err != nil
	return err
}

// The types of lines.
const (
	lineStart   = "start"
	lineIntent  = "intent"
	lineOutcome = "outcome"
	lineEnd     = "end"
)

type startLine struct {
	Type          string           `json:"type"`
	FormatVersion string           `json:"formatVersion"`
	Tool          string           `json:"tool"`
	Tenant        cluster.Tenant   `json:"tenant"`
	Digest        string           `json:"digest"`
	Undo          bool             `json:"undo,omitempty"`
	Waivers       []planner.Waiver `json:"waivers,omitempty"`
	Time          time.Time        `json:"time"`
}

type intentLine struct {
	Type   string          `json:"type"`
	Seq    int             `json:"seq"`
	Time   time.Time       `json:"time"`
	Change RequestedChange `json:"change"`
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body,omitempty"`
}

type outcomeLine struct {
	Type      string         `json:"type"`
	Seq       int            `json:"seq"`
	Time      time.Time      `json:"time"`
	Change    changedCluster `json:"change"`
	Status    int            `json:"status"`
	RequestID string         `json:"requestId,omitempty"`
	Unsettled bool           `json:"unsettled,omitempty"`
	Adopted   bool           `json:"adopted,omitempty"`
	Whole     bool           `json:"whole,omitempty"`
	// Before and After are null if there is no cluster.
	Before  json.RawMessage   `json:"before,omitempty"`
	After   json.RawMessage   `json:"after,omitempty"`
	Inverse []planner.Request `json:"inverse"`
	Error   string            `json:"error,omitempty"`
}

type endLine struct {
	Type    string    `json:"type"`
	Time    time.Time `json:"time"`
	Summary Summary   `json:"summary"`
}

// changedCluster is the cluster that a request concerns.
type changedCluster struct {
	Action planner.Action `json:"action"`
	Name   string         `json:"name"`
	ID     string         `json:"id,omitempty"`
}
