package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"

	"clusterctl/internal/sandbox"
)

// transport sends requests to an embedded tenant, without a network. Like a network, it reports
// what was sent, and cuts off an answer that the tenant cuts off.
type transport struct {
	tenant *sandbox.Tenant
	kill   kill
	// end ends the run that is killed.
	end context.CancelCauseFunc
}

// kill ends a run at one of its requests. The zero kill never does.
type kill struct {
	request int // from 1
	after   bool
}

// errKilled is the end of a run that was killed.
var errKilled = errors.New("killed")

// RoundTrip returns the tenant's answer.
func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	isKilled := t.kill.request > 0 && t.tenant.Requests()+1 == t.kill.request && !strings.HasPrefix(req.URL.Path, "/oauth/")
	if isKilled && !t.kill.after {
		t.end(errKilled)
		return nil, errKilled
	}
	resp, err := answer(t.tenant, req)
	if isKilled {
		t.end(errKilled)
		return nil, errKilled
	}
	return resp, err
}

// answer returns the answer of a handler to one request.
func answer(h http.Handler, req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	w := &recorder{header: http.Header{}, switched: cancel}
	isAborted := serve(h, w, req.WithContext(ctx))
	if isAborted && w.status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	var body io.Reader = &w.body
	length, err := strconv.Atoi(w.header.Get("Content-Length"))
	if err == nil && length > w.body.Len() {
		body = io.MultiReader(body, cutOff{})
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(body), ContentLength: int64(w.body.Len()), Request: req,
	}, nil
}

// serve calls a handler. It reports whether the handler aborted the answer.
func serve(h http.Handler, w http.ResponseWriter, req *http.Request) (isAborted bool) {
	defer func() {
		reason := recover()
		if err, ok := reason.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			isAborted = true
		} else if reason != nil {
			panic(reason)
		}
	}()
	h.ServeHTTP(w, req)
	return false
}

// cutOff is the rest of an answer that was cut off.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	// switched is called for an answer that switches protocols: nothing follows it.
	switched func()
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	r.status = status
	if status == http.StatusSwitchingProtocols {
		r.switched()
	}
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.body.Write(data)
}
