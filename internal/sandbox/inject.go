package sandbox

import (
	"math/rand/v2"
	"net/http"

	"clusterctl/internal/api"
)

// faultOf is the fault that the n-th API request gets, the zero Fault for none.
func (t *Tenant) faultOf(n int64) Fault {
	// Each fault has a chance of its own: two at the same rate must not
	// always come together.
	chance := rand.New(rand.NewPCG(t.options.FaultSeed, 0))
	for _, f := range t.options.Faults {
		if f.hits(n, chance.Uint64()) {
			return f
		}
	}
	return Fault{}
}

// deliver works on a request and answers it, spoiled as the fault says.
func (t *Tenant) deliver(w http.ResponseWriter, c call, f Fault) {
	if f.kind == dropBefore {
		drop()
	}
	a, instead := f.instead(c.requestID)
	if !instead {
		a = f.spoil(t.answer(c), c.requestID)
	}
	if !t.pause(c.Context(), t.options.Latency+f.slowness) || f.kind == dropAfter {
		drop()
	}
	// There is nothing to cut in an answer without a body.
	cut := f.kind == truncate
	if cut && len(a.body) == 0 {
		drop()
	}
	c.stamp(a).write(w, cut)
}

// drop closes the connection without an answer.
func drop() { panic(http.ErrAbortHandler) }

// stamp adds the headers that every answer has.
func (c call) stamp(a answer) answer {
	if c.route.isDeprecated() {
		a.with(api.DeprecatedHeader, "true")
	}
	return a.with(api.RequestIDHeader, c.requestID)
}

// instead is the answer of a fault that keeps the work from being done.
func (f Fault) instead(requestID string) (answer, bool) {
	switch f.kind {
	case failBefore:
		return internalFault(requestID), true
	case refuse429:
		return answerTo(tooManyRequests(0), requestID), true
	case busy503:
		p := &problem{http.StatusServiceUnavailable, "the service is busy"}
		return p.answer(requestID).with("Retry-After", "1"), true
	case gateway502:
		return badGateway(), true
	default:
		return answer{}, false
	}
}

// spoil changes the answer of work that has been done.
func (f Fault) spoil(a answer, requestID string) answer {
	switch f.kind {
	case failAfter:
		return internalFault(requestID)
	case garbage:
		spoilt := answer{status: http.StatusOK, header: a.header, body: []byte("\x1f\x8b\x08 not what was asked for {")}
		return spoilt.with("Content-Type", api.ContentTypeJSON)
	default:
		return a
	}
}

func internalFault(requestID string) answer {
	return (&problem{http.StatusInternalServerError, "an internal fault occurred"}).answer(requestID)
}

func badGateway() answer {
	const page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
		"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
	a := answer{status: http.StatusBadGateway, header: http.Header{}, body: []byte(page)}
	return a.with("Content-Type", "text/html")
}
