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

// SyncWriter is where a journal is kept: a file, as a rule. Sync returns once
// what was written would outlast a crash of the machine.
type SyncWriter interface {
	io.Writer
	Sync() error
}

// Journal is a receipt while it is written: a line before each write to the
// tenant and a line after it, each of them synced before anything goes on. It
// is safe for concurrent use; a nil Journal keeps nothing.
type Journal struct {
	mu  sync.Mutex
	out SyncWriter
	seq int
	// err is the first line that could not be written. No intent follows it.
	err error
	// torn says that something of that line may be in the file, so that no
	// other line may follow either.
	torn bool
}

// NewJournal keeps a journal in a writer, which gets each line in one Write.
func NewJournal(out SyncWriter) *Journal { return &Journal{out: out} }

// Err is the first line that could not be written, and nil where all were.
func (j *Journal) Err() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.err
}

// Start begins a run.
func (j *Journal) Start(r Run) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq = 0
	_ = j.write(startLine{ // Err tells
		Type: lineStart, FormatVersion: Version,
		Tool: r.Tool, Tenant: r.Tenant, Digest: r.Digest, Time: r.Start,
	})
}

// Intent notes a request that is about to be sent, and numbers it. After an
// error it must not be sent.
func (j *Journal) Intent(r Request) (seq int, err error) {
	if j == nil {
		return 0, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return 0, j.err
	}
	line := intentLine{
		Type: lineIntent, Seq: j.seq + 1, Time: r.Time,
		Change: r.Change, Method: r.Method, Path: r.Path, Body: r.Body,
	}
	if err := j.write(line); err != nil {
		return 0, err
	}
	j.seq++
	return j.seq, nil
}

// Outcome notes what became of the request with this number, and how that is taken
// back by hand. Before and After of one that is unsettled are left out.
func (j *Journal) Outcome(seq int, r Request, o Outcome) error {
	if j == nil {
		return nil
	}
	inverse, err := r.inverse(o)
	if err != nil {
		return err
	}
	line := outcomeLine{
		Type: lineOutcome, Seq: seq, Time: o.Time,
		Change: changedCluster{Action: r.Change.Action, Name: r.Change.Name, ID: o.ID},
		Status: o.Status, RequestID: o.RequestID, Unsettled: o.Unsettled, Adopted: o.Adopted, Whole: o.Whole,
		Inverse: append([]planner.Request{}, inverse...), Error: o.Error, // never null
	}
	if !o.Unsettled {
		var errBefore, errAfter error
		line.Before, errBefore = o.Before.encode()
		line.After, errAfter = o.After.encode()
		if err := errors.Join(errBefore, errAfter); err != nil {
			return err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write(line)
}

// End ends a run. A receipt that could not be written whole gets none: its run
// counts as cut off.
func (j *Journal) End(at time.Time, s Summary) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		_ = j.write(endLine{Type: lineEnd, Time: at, Summary: s}) // Err tells
	}
}

// write writes one line. Where nothing of it was written the file is whole, and
// what becomes of the requests under way can still be noted.
func (j *Journal) write(line any) error {
	if j.torn {
		return j.err
	}
	data, err := jsonpatch.Encode(line)
	if err == nil {
		var n int
		n, err = j.out.Write(append(data, '\n'))
		j.torn = n > 0 && err != nil
	}
	if err == nil {
		err = j.out.Sync()
		j.torn = err != nil
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("receipt: %w", err)
	if j.err == nil {
		j.err = err
	}
	return err
}

// Version is the version of receipts. A reader refuses another major
// version and skips the unknown fields and lines of its own.
const Version = "1.0"

// The types of lines.
const (
	lineStart   = "start"
	lineIntent  = "intent"
	lineOutcome = "outcome"
	lineEnd     = "end"
)

type startLine struct {
	Type          string         `json:"type"`
	FormatVersion string         `json:"formatVersion"`
	Tool          string         `json:"tool"`
	Tenant        cluster.Tenant `json:"tenant"`
	Digest        string         `json:"digest"`
	Time          time.Time      `json:"time"`
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
	// Before and After are left out of what is unsettled, and null where there
	// is no cluster.
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

// RequestedChange is the change of the plan that a request belongs to. Diff is
// that of the whole change, of which the request may be one step.
type RequestedChange struct {
	Action planner.Action `json:"action"`
	Name   string         `json:"name"`
	// ID is empty for a cluster that is about to be made.
	ID   string              `json:"id,omitempty"`
	Diff []planner.FieldDiff `json:"diff"`
}

// changedCluster is the cluster that a request was about.
type changedCluster struct {
	Action planner.Action `json:"action"`
	Name   string         `json:"name"`
	ID     string         `json:"id,omitempty"`
}
