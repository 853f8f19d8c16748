package sandbox

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faultKind is a kind of fault.
type faultKind string

// The kinds of faults; faultKinds describes them.
const (
	dropBefore faultKind = "drop-before"
	dropAfter  faultKind = "drop-after"
	failBefore faultKind = "500-before"
	failAfter  faultKind = "500-after"
	refuse429  faultKind = "429"
	gateway502 faultKind = "502"
	busy503    faultKind = "503"
	truncate   faultKind = "truncate"
	garbage    faultKind = "garbage"
	slow       faultKind = "slow"
	wrongShape faultKind = "wrong-shape"
	otherID    faultKind = "other-id"
	switching  faultKind = "101"
)

// refusedKinds returns the kinds that only return a status.
func refusedKinds() []faultKind { return []faultKind{"403", "408", "409", "412", "422", "499"} }

// refused returns the status of a kind in refusedKinds, 0 for another kind.
func (k faultKind) refused() int {
	if !slices.Contains(refusedKinds(), k) {
		return 0
	}
	status, _ := strconv.Atoi(string(k)) // each kind is a number
	return status
}

// faultKinds lists all kinds.
//
//	            work done   answer
//	drop-before no          none, the connection is closed
//	drop-after  yes         none, the connection is closed
//	500-before  no          500
//	500-after   yes         500
//	403, 408, 409, 412, 422, 499
//	            no          that status
//	429, 503    no          that status, with Retry-After: 1
//	502         no          an HTML page, as of a gateway
//	101         no          Switching Protocols, and then nothing
//	truncate    yes         its first half under its full Content-Length
//	garbage     yes         200 with bytes that are not JSON
//	wrong-shape yes         200 with [] for an object, {} for a list
//	other-id    yes         another cluster, if it shows one and there is another
//	slow        yes         the right one, late
func faultKinds() []faultKind {
	return append([]faultKind{
		dropBefore, dropAfter, failBefore, failAfter, refuse429, gateway502, busy503,
		truncate, garbage, wrongShape, otherID, slow, switching,
	}, refusedKinds()...)
}

// defaultSlowness is the default delay of a slow answer.
const defaultSlowness = time.Minute

// Fault makes API requests fail: one of them, or a share of all. The zero Fault does nothing. To
// the client of net/http, a dropped connection looks like one that was idle for too long, so it
// may resend the request on its own; that request counts too.
type Fault struct {
	kind     faultKind
	request  int64   // number of the request that it hits, from 1; 0 with a rate
	rate     float64 // share of requests that it hits
	slowness time.Duration
}

// ParseFault parses KIND@N, which hits the N-th API request, or KIND:RATE, which hits that share
// of them. Examples: drop-after@3, 500-before:0.1, slow=5s@2.
func ParseFault(s string) (Fault, error) {
	end := strings.LastIndexAny(s, "@:")
	if end < 0 {
		return Fault{}, fmt.Errorf("fault %q needs a request number (KIND@N) or a rate (KIND:RATE); kinds: %s", s, kindList())
	}
	f, err := parseKind(s[:end])
	switch value := s[end+1:]; {
	case err != nil:
	case s[end] == '@':
		f.request, err = parseNumber(value)
	default:
		f.rate, err = parseRate(value)
	}
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", s, err)
	}
	return f, nil
}

func parseKind(s string) (Fault, error) {
	name, delay, delayed := strings.Cut(s, "=")
	f := Fault{kind: faultKind(name)}
	if !slices.Contains(faultKinds(), f.kind) {
		return Fault{}, fmt.Errorf("unknown kind %q; kinds: %s", name, kindList())
	}
	if f.kind == slow {
		f.slowness = defaultSlowness
	}
	if !delayed {
		return f, nil
	}
	if f.kind != slow {
		return Fault{}, fmt.Errorf("%q takes no value (only slow=DURATION does)", name)
	}
	d, err := time.ParseDuration(delay)
	if err != nil || d <= 0 {
		return Fault{}, fmt.Errorf("%q is not a duration such as 5s", delay)
	}
	f.slowness = d
	return f, nil
}

func parseNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not a request number (the first is 1)", s)
	}
	return n, nil
}

func parseRate(s string) (float64, error) {
	rate, err := strconv.ParseFloat(s, 64)
	if err != nil || !(rate > 0 && rate <= 1) {
		return 0, fmt.Errorf("%q is not a rate (above 0, at most 1)", s)
	}
	return rate, nil
}

func kindList() string { return strings.Join(FaultKinds(), ", ") }

// FaultKinds returns the names of all kinds of faults.
func FaultKinds() []string {
	var names []string
	for _, k := range faultKinds() {
		names = append(names, string(k))
	}
	return names
}

// String returns the fault in the form that ParseFault reads.
func (f Fault) String() string {
	kind := string(f.kind)
	if f.kind == slow {
		kind += "=" + f.slowness.String()
	}
	if f.request > 0 {
		return fmt.Sprintf("%s@%d", kind, f.request)
	}
	return fmt.Sprintf("%s:%s", kind, strconv.FormatFloat(f.rate, 'g', -1, 64))
}

// hits reports whether the fault applies to the n-th request. With a rate, this depends only on
// seed and n, not on the order of calls.
func (f Fault) hits(n int64, seed uint64) bool {
	if f.request > 0 {
		return n == f.request
	}
	return rand.New(rand.NewPCG(seed, uint64(n))).Float64() < f.rate
}
