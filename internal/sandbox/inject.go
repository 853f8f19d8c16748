package sandbox

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"

	"clusterctl/internal/api"
)

// faultOf returns the fault for the n-th API request, the zero Fault for none.
func (t *Tenant) faultOf(n int64) Fault {
	// Each fault has its own random seed: two with the same rate must not always coincide.
	chance := rand.New(rand.NewPCG(t.options.FaultSeed, 0))
	for _, f := range t.options.Faults {
		if f.hits(n, chance.Uint64()) {
			return f
		}
	}
	return Fault{}
}

// deliver handles a request and sends the answer, as changed by the fault.
func (t *Tenant) deliver(w http.ResponseWriter, c call, f Fault) {
	if f.kind == dropBefore {
		drop()
	}
	a, instead := f.instead(c.requestID)
	if !instead {
		a = t.spoil(f, c, t.answer(c))
	}
	if !t.pause(c.Context(), t.options.Latency+f.slowness) || f.kind == dropAfter {
		drop()
	}
	if f.kind == switching {
		t.hang(w, c)
	}
	// An answer without a body cannot be cut.
	cut := f.kind == truncate
	if cut && len(a.body) == 0 {
		drop()
	}
	c.stamp(a).write(w, cut)
}

// drop closes the connection without an answer.
func drop() { panic(http.ErrAbortHandler) }

// hang switches protocols and then sends nothing until the client gives up.
func (t *Tenant) hang(w http.ResponseWriter, c call) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "websocket")
	w.WriteHeader(http.StatusSwitchingProtocols)
	_ = http.NewResponseController(w).Flush() // the client may have disconnected
	select {
	case <-c.Context().Done():
	case <-t.closed:
	}
	drop()
}

// stamp adds the headers that every answer has.
func (c call) stamp(a answer) answer {
	if c.route.isDeprecated() {
		a.with(api.DeprecatedHeader, "true")
	}
	return a.with(api.RequestIDHeader, c.requestID)
}

// instead returns the answer of a fault that prevents the work, and false for other faults.
func (f Fault) instead(requestID string) (answer, bool) {
	if status := f.kind.refused(); status > 0 {
		return (&problem{status, "refused by an injected fault"}).answer(requestID), true
	}
	switch f.kind {
	case switching:
		return answer{}, true
	case failBefore:
		return internalFault(requestID), true
	case refuse429:
		return answerTo(tooManyRequests(0), requestID), true
	case busy503:
		p := &problem{http.StatusServiceUnavailable, "the service is busy"}
		return p.answer(requestID).with("Retry-After", "1"), true
	case gateway502:
		const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
			"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
		a := answer{status: http.StatusBadGateway, header: http.Header{}, body: []byte(page)}
		return a.with("Content-Type", "text/html"), true
	default:
		return answer{}, false
	}
}

// spoil replaces the answer after the work was done.
func (t *Tenant) spoil(f Fault, c call, a answer) answer {
	switch f.kind {
	case failAfter:
		return internalFault(c.requestID)
	case garbage:
		return a.replaced("\x1f\x8b\x08 not what was asked for {")
	case wrongShape:
		if c.route.endpoint == clustersEndpoint && c.Method == http.MethodGet {
			return a.replaced("{}")
		}
		return a.replaced("[]")
	case otherID:
		return t.another(c, a)
	default:
		return a
	}
}

// replaced returns a success with the headers of the answer and another body.
func (a answer) replaced(body string) answer {
	replaced := answer{status: http.StatusOK, header: a.header, body: []byte(body)}
	return replaced.with("Content-Type", api.ContentTypeJSON)
}

// another returns the answer with a different cluster than the one that it shows. An answer that
// shows none, or the only one, is not changed.
func (t *Tenant) another(c call, a answer) answer {
	var shown struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(a.body, &shown) != nil || shown.ID == "" {
		return a
	}
	var other record
	err := t.store.view(func(s state) error {
		ids, err := snapshot{state: s}.matching(nil)
		if i := slices.IndexFunc(ids, func(id string) bool { return id != shown.ID }); err == nil && i >= 0 {
			other, err = s.record(ids[i])
		}
		return err
	})
	if err == nil && other.id != "" {
		a, err = t.show(c, other)
	}
	if err != nil {
		return answerTo(err, c.requestID)
	}
	return a
}

func internalFault(requestID string) answer {
	return (&problem{http.StatusInternalServerError, "an internal fault occurred"}).answer(requestID)
}
