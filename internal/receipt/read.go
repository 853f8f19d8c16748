package receipt

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonread"
	"clusterctl/internal/planner"
)

// maxLine is the longest accepted line of a receipt, which is one request or its outcome.
const maxLine = 32 << 20

// Read reads a receipt. It skips a line that was cut off when its run was killed: the last one,
// or one before the start of the next run. Any other unreadable line is an error with file and
// line.
func Read(name string, r io.Reader) (Receipt, error) {
	in := reader{receipt: Receipt{Name: name}}
	lines := bufio.NewReader(r)
	for {
		line, err := readLine(lines)
		atEnd := errors.Is(err, io.EOF)
		switch {
		case err != nil && !atEnd:
			return Receipt{}, in.errorAt(in.line+1, err)
		case atEnd && len(line) == 0:
			in.receipt.Truncated = in.receipt.Truncated || in.cutOff > 0
			return in.receipt, nil
		}
		in.line++
		in.receipt.Truncated = atEnd
		if err := in.read(line); err != nil {
			return Receipt{}, err
		}
	}
}

// readLine reads a line without its newline. A last line without a newline is returned with
// io.EOF.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, fmt.Errorf("more than %d MiB", maxLine>>20)
		}
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSuffix(line, []byte("\n")), err
		}
	}
}

// reader has the receipt read so far.
type reader struct {
	receipt Receipt
	line    int
	// cutOff is the first of the latest incomplete lines, or 0.
	cutOff int
}

func (r *reader) errorAt(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", r.receipt.Name, line, err)
}

func (r *reader) source() cluster.Source {
	return cluster.Source{File: r.receipt.Name, Line: r.line, Column: 1}
}

// lineBegin begins every line of a receipt.
const lineBegin = `{"type":"`

var errNotAReceipt = errors.New("not a line of a receipt")

// read reads one line. A crash of the machine may leave NUL bytes in place of text: the line was
// cut off there.
func (r *reader) read(line []byte) error {
	line = bytes.TrimRight(line, "\x00")
	if !json.Valid(line) {
		if n := min(len(line), len(lineBegin)); string(line[:n]) != lineBegin[:n] {
			return r.errorAt(r.line, errNotAReceipt)
		}
		if r.cutOff == 0 {
			r.cutOff = r.line
		}
		return nil
	}
	kind, err := kindOf(line)
	if err != nil || kind == "" {
		return r.errorAt(r.line, errNotAReceipt)
	}
	if r.cutOff > 0 && kind != lineStart {
		return r.errorAt(r.cutOff, errors.New("incomplete line in the middle of a run"))
	}
	r.cutOff = 0
	if err := r.take(kind, line); err != nil {
		return r.errorAt(r.line, err)
	}
	return nil
}

// kindOf returns the type of a line.
func kindOf(line []byte) (string, error) {
	var typed struct {
		Type string `json:"type"`
	}
	err := json.Unmarshal(line, &typed)
	return typed.Type, err
}

func (r *reader) take(kind string, line []byte) error {
	if kind != lineStart && len(r.receipt.Runs) == 0 {
		return fmt.Errorf("%q line before the start of a run", kind)
	}
	switch kind {
	case lineStart:
		return r.start(line)
	case lineIntent:
		return inRun(r, line, r.intent)
	case lineOutcome:
		return inRun(r, line, r.outcome)
	case lineEnd:
		return inRun(r, line, func(run *Run, line endLine) error {
			run.End = &line.Summary
			return nil
		})
	default: // from a later minor version
		return nil
	}
}

// inRun decodes a line and adds it to the current run.
func inRun[T any](r *reader, data []byte, take func(*Run, T) error) error {
	var line T
	if err := jsonread.Unmarshal(data, &line); err != nil {
		return err
	}
	run := &r.receipt.Runs[len(r.receipt.Runs)-1]
	if run.End != nil {
		return errors.New("line after the end of its run")
	}
	return take(run, line)
}

// start reads the start of a run. It checks the version first, since the rest may depend on it.
func (r *reader) start(data []byte) error {
	var version struct {
		FormatVersion string `json:"formatVersion"`
	}
	if err := jsonread.Unmarshal(data, &version); err != nil {
		return err
	}
	if major, _, _ := strings.Cut(version.FormatVersion, "."); major != "1" {
		return fmt.Errorf("receipt format version %q is not supported: this clusterctl reads %s (use the version that wrote it)",
			version.FormatVersion, Version)
	}
	var line startLine
	if err := jsonread.Unmarshal(data, &line); err != nil {
		return err
	}
	if runs := r.receipt.Runs; len(runs) > 0 && !runs[0].Tenant.Is(line.Tenant) {
		return fmt.Errorf("run on tenant %q in a receipt of tenant %q (use one receipt per tenant)", line.Tenant.Org, runs[0].Tenant.Org)
	}
	r.receipt.Runs = append(r.receipt.Runs, Run{
		Source: r.source(), Start: line.Time, Tool: line.Tool, Tenant: line.Tenant, Digest: line.Digest, Undo: line.Undo, Waivers: line.Waivers,
	})
	return nil
}

func (r *reader) intent(run *Run, line intentLine) error {
	if want := len(run.Requests) + 1; line.Seq != want {
		return fmt.Errorf("seq is %d, but the next request of the run is %d (two runs may have written to the receipt at the same time)", line.Seq, want)
	}
	if err := checkPointers(jsonpatch.Paths(planner.Change{Diff: line.Change.Diff}.After())); err != nil {
		return fmt.Errorf("diff: %w", err)
	}
	request := Request{
		Source: r.source(), Time: line.Time, Change: line.Change, Method: line.Method, Path: line.Path, Body: line.Body,
	}
	run.Requests = append(run.Requests, request)
	return request.checkPath()
}

// checkPath checks that the path of a request fits its change: the named cluster must be the one
// that the request was sent to.
func (r Request) checkPath() error {
	id := r.Change.ID
	var paths []string
	switch {
	case r.Method == http.MethodPost && id == "":
		paths = []string{api.ClustersPath}
	case id == "": // no request without a cluster
	case r.Method == http.MethodPatch:
		paths = []string{api.ClusterPath(id)}
	case r.Method == http.MethodPut:
		paths = []string{api.LogConfigPath(id)}
	case r.Method == http.MethodDelete:
		paths = []string{api.DeletePath(id, false), api.DeletePath(id, true)}
	}
	if !slices.Contains(paths, r.Path) {
		return fmt.Errorf("%s %.200q is not a request for its cluster, whose id is %.200q", r.Method, r.Path, id)
	}
	return nil
}

func (r *reader) outcome(run *Run, line outcomeLine) (err error) {
	if line.Seq < 1 || line.Seq > len(run.Requests) {
		return fmt.Errorf("outcome of request %d, which the run did not send", line.Seq)
	}
	request := &run.Requests[line.Seq-1]
	if request.Outcome != nil {
		return fmt.Errorf("second outcome of request %d", line.Seq)
	}
	if id := request.Change.ID; request.Method != http.MethodPost && line.Change.ID != id {
		return fmt.Errorf("outcome is for cluster %.200q, but its request was for %.200q", line.Change.ID, id)
	}
	o := &Outcome{
		Source: r.source(), Time: line.Time, ID: line.Change.ID, Status: line.Status, RequestID: line.RequestID,
		Unsettled: line.Unsettled, Adopted: line.Adopted, Whole: line.Whole, Inverse: line.Inverse, Error: line.Error,
	}
	request.Outcome = o
	if line.Unsettled {
		return nil
	}
	if o.Before, err = decodeState(line.Before); err != nil {
		return fmt.Errorf("before: %w", err)
	}
	if o.After, err = decodeState(line.After); err != nil {
		return fmt.Errorf("after: %w", err)
	}
	return request.checkStates()
}

// checkStates checks that the states of an outcome fit the method.
func (r Request) checkStates() error {
	before, after := r.Outcome.Before, r.Outcome.After
	ok := true
	switch r.Method {
	case http.MethodPost:
		ok = before == nil && (after == nil || after.isOfFields() && r.Outcome.ID != "")
	case http.MethodPatch:
		ok = before.isOfFields() && after.isOfFields()
	case http.MethodPut:
		ok = before.isOfLog() && after.isOfLog()
	case http.MethodDelete:
		ok = before.isOfFields() && !after.isOfLog()
	}
	if !ok {
		return fmt.Errorf("before and after do not match a %s", r.Method)
	}
	return nil
}
