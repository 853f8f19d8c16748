package receipt

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// maxLine bounds a line of a receipt, which is one request or its outcome.
const maxLine = 32 << 20

// Read reads a receipt. A line that was cut off when its run was killed
// is left out: the last one, or one in front of the start of the next run. Any
// other line that cannot be read is an error, which tells file and line.
func Read(name string, r io.Reader) (Receipt, error) {
	reader := receiptReader{receipt: Receipt{Name: name}}
	lines := bufio.NewReader(r)
	for {
		line, err := readLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return Receipt{}, reader.errorAt(reader.line+1, err)
		}
		atEnd := err != nil
		if atEnd && len(line) == 0 {
			break
		}
		reader.line++
		reader.receipt.Truncated = atEnd
		if err := reader.read(line); err != nil {
			return Receipt{}, err
		}
	}
	reader.receipt.Truncated = reader.receipt.Truncated || reader.cutOff > 0
	return reader.receipt, nil
}

// readLine reads a line without its newline. The last one ends with io.EOF
// where it has none.
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

// receiptReader holds what was read so far.
type receiptReader struct {
	receipt Receipt
	line    int
	// cutOff is the first of the lines just read that were cut off, or 0.
	cutOff int
}

func (r *receiptReader) errorAt(line int, err error) error {
	return fmt.Errorf("%s:%d: %w", r.receipt.Name, line, err)
}

func (r *receiptReader) source() cluster.Source {
	return cluster.Source{File: r.receipt.Name, Line: r.line, Column: 1}
}

var errNotAReceipt = errors.New("not a line of a receipt (is this the file that apply --receipt wrote?)")

// read takes one line. NUL bytes at its end are what a crash of the machine left in
// the place of text: the line was cut off there.
func (r *receiptReader) read(line []byte) error {
	line = bytes.TrimRight(line, "\x00")
	if !json.Valid(line) {
		if !isCutOff(line) {
			return r.errorAt(r.line, errNotAReceipt)
		}
		if r.cutOff == 0 {
			r.cutOff = r.line
		}
		return nil
	}
	var typed struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(line, &typed); err != nil || typed.Type == "" {
		return r.errorAt(r.line, errNotAReceipt)
	}
	if r.cutOff > 0 && typed.Type != lineStart {
		return r.errorAt(r.cutOff, errors.New("cut off, though its run goes on"))
	}
	r.cutOff = 0
	if err := r.take(typed.Type, line); err != nil {
		return r.errorAt(r.line, err)
	}
	return nil
}

// lineBegin is how every line of a receipt begins.
const lineBegin = `{"type":"`

// isCutOff reports whether a line may be the beginning of one of a receipt.
func isCutOff(line []byte) bool {
	n := min(len(line), len(lineBegin))
	return string(line[:n]) == lineBegin[:n]
}

func (r *receiptReader) take(kind string, line []byte) error {
	if kind != lineStart && len(r.receipt.Runs) == 0 {
		return fmt.Errorf("%q in front of the start of a run", kind)
	}
	switch kind {
	case lineStart:
		return r.start(line)
	case lineIntent:
		return r.intent(line)
	case lineOutcome:
		return r.outcome(line)
	case lineEnd:
		return r.end(line)
	default: // of a later minor version
		return nil
	}
}

func (r *receiptReader) start(data []byte) error {
	var line startLine
	// The version comes first: the rest may have changed with it.
	var version struct {
		FormatVersion string `json:"formatVersion"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return err
	}
	if major, _, _ := strings.Cut(version.FormatVersion, "."); major != "1" {
		return fmt.Errorf("receipt of version %q, but this program reads %s (use the clusterctl that wrote it)",
			version.FormatVersion, Version)
	}
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	if runs := r.receipt.Runs; len(runs) > 0 && !runs[0].Tenant.Is(line.Tenant) {
		return fmt.Errorf("a run on tenant %q, though the receipt begins with one on %q", line.Tenant.Org, runs[0].Tenant.Org)
	}
	r.receipt.Runs = append(r.receipt.Runs, Run{
		Source: r.source(), Start: line.Time, Tool: line.Tool, Tenant: line.Tenant, Digest: line.Digest,
	})
	return nil
}

// current is the run that is under way.
func (r *receiptReader) current() (*Run, error) {
	run := &r.receipt.Runs[len(r.receipt.Runs)-1]
	if run.End != nil {
		return nil, errors.New("behind the end of its run")
	}
	return run, nil
}

func (r *receiptReader) intent(data []byte) error {
	var line intentLine
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	run, err := r.current()
	if err != nil {
		return err
	}
	if want := len(run.Requests) + 1; line.Seq != want {
		return fmt.Errorf("seq is %d, but the next request of its run is %d (did two runs write at once?)", line.Seq, want)
	}
	if err := checkPointers(jsonpatch.Paths(planner.Change{Diff: line.Change.Diff}.After())); err != nil {
		return fmt.Errorf("diff: %w", err)
	}
	request := Request{
		Source: r.source(), Time: line.Time, Change: line.Change,
		Method: line.Method, Path: line.Path, Body: line.Body,
	}
	run.Requests = append(run.Requests, request)
	return request.checkPath()
}

func (r *receiptReader) outcome(data []byte) error {
	var line outcomeLine
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	run, err := r.current()
	if err != nil {
		return err
	}
	if line.Seq < 1 || line.Seq > len(run.Requests) {
		return fmt.Errorf("outcome of request %d, which its run has not sent", line.Seq)
	}
	request := &run.Requests[line.Seq-1]
	if request.Outcome != nil {
		return fmt.Errorf("a second outcome of request %d", line.Seq)
	}
	if id := request.Change.ID; request.Method != http.MethodPost && line.Change.ID != id {
		return fmt.Errorf("outcome for cluster %.200q of a request that was sent to %.200q", line.Change.ID, id)
	}
	request.Outcome, err = r.decodeOutcome(line)
	if err != nil || line.Unsettled {
		return err
	}
	return request.checkStates()
}

func (r *receiptReader) decodeOutcome(line outcomeLine) (*Outcome, error) {
	o := Outcome{
		Source: r.source(), Time: line.Time, ID: line.Change.ID, Status: line.Status, RequestID: line.RequestID,
		Unsettled: line.Unsettled, Adopted: line.Adopted, Whole: line.Whole, Inverse: line.Inverse, Error: line.Error,
	}
	if line.Unsettled {
		return &o, nil
	}
	var err error
	if o.Before, err = decodeState(line.Before); err != nil {
		return nil, fmt.Errorf("before: %w", err)
	}
	if o.After, err = decodeState(line.After); err != nil {
		return nil, fmt.Errorf("after: %w", err)
	}
	return &o, nil
}

func (r *receiptReader) end(data []byte) error {
	var line endLine
	if err := json.Unmarshal(data, &line); err != nil {
		return err
	}
	run, err := r.current()
	if err != nil {
		return err
	}
	run.End = &line.Summary
	return nil
}
