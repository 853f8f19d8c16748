// Package sandbox is an embedded tenant: an http.Handler that implements the managed-cluster API
// with the strictness and the oddities of the real one. A write is acknowledged only after it is
// on disk, so killing the process loses no acknowledged write.
//
// It accepts any client ID and secret. Three ids have limited access: ClientRefused gets no
// token, ClientReadOnly cannot write, and ClientNoRights cannot even read.
package sandbox

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// DefaultOrg is the name of a tenant that is created without one.
const DefaultOrg = "acme"

// The defaults of Options.
const (
	defaultRateLimit     = 100
	defaultRateSpan      = 10 * time.Second
	defaultTokenLifetime = 12 * time.Minute
)

// Options configure the tenant. Only Dir or Memory is required.
type Options struct {
	// Dir is the directory of the state. It is created if missing.
	Dir string
	// Memory keeps the state in memory, instead of in Dir.
	Memory bool
	// Org is the name of a new tenant, DefaultOrg if empty. An existing tenant keeps its name;
	// another name is an error.
	Org string
	// Pod is the data center of a new tenant; empty for a default.
	Pod string
	// Copies are the clusters of a new tenant that is a copy of another one.
	Copies []Copy
	// Now is the tenant's clock, time.Now if nil. It is called concurrently.
	Now func() time.Time
	// Random is the source of ids and keys, crypto/rand if nil. It is read concurrently.
	Random io.Reader
	// Unsynced acknowledges writes before they are on disk, which makes tests faster.
	Unsynced bool

	// Seed is the number of clusters to add to a state that never had one.
	Seed int
	// Shuffle changes the order of every listing request.
	Shuffle bool
	// OmitInlineLogs omits logConfiguration from all listings, InlineAllLogs from none. By
	// default, a third of the clusters lack it.
	OmitInlineLogs bool
	InlineAllLogs  bool
	// RefuseTests refuses patches with a test operation, like a server that does not support it:
	// with RefuseTestsStatus, 400 if zero.
	RefuseTests       bool
	RefuseTestsStatus int

	// NoCount omits X-Total-Count, even if a client requests it.
	NoCount bool
	// NoNameFilter refuses filters by anything but operational.
	NoNameFilter bool
	// UniqueNames refuses a name that another cluster has, in a POST and in a
	// PATCH. Names that differ only in case are the same.
	UniqueNames bool
	// RefuseNulls refuses a patch with the value null: 422.
	RefuseNulls bool
	// RefuseDisabledUpdates refuses to set updateState to DISABLED, as for a
	// tenant without that entitlement.
	RefuseDisabledUpdates bool
	// Omit are the members that returned clusters lack.
	Omit []string
	// Overrides replace members of returned clusters. Filters do not know them.
	Overrides []Override

	// ListLag is the age of listings: they show the tenant as it was that long ago, including the
	// count. A GET by id is always current.
	ListLag time.Duration
	// ListLagOf returns the lag of one cluster and replaces ListLag. It is for tests of listings
	// that show a later change before an earlier one.
	ListLagOf func(id string) time.Duration
	// Serve replaces each cluster in an answer. It must return valid JSON, is called
	// concurrently, and does not change the state. It is for tests with odd documents.
	Serve func(cluster json.RawMessage) json.RawMessage

	// Wait replaces the delay of a slow answer. It returns false if the client has given up.
	Wait func(time.Duration) bool
	// Latency is added to every answer.
	Latency time.Duration
	// Faults are injected faults. The first that applies to a request is used. FaultSeed selects
	// the requests of faults with a rate.
	Faults    []Fault
	FaultSeed uint64

	// RateLimit is the number of requests that a client ID may send to one version of the API
	// within RateSpan: 100 in 10 s if zero, unlimited if negative.
	RateLimit int
	RateSpan  time.Duration
	// TokenLifetime is in whole seconds, from 1 s to 12 h; 12 min if zero.
	TokenLifetime time.Duration
}

// Tenant is an open tenant. It is safe for concurrent use.
type Tenant struct {
	options Options
	store   *store
	org     string
	pod     string
	tokens  tokens
	limiter *limiter

	requests atomic.Int64
	listings atomic.Uint64

	closing sync.Once
	closed  chan struct{}
	failure error
}

// Open opens or creates the tenant in options.Dir. It returns, wrapped, ErrInUse while another
// Open uses the directory, ErrOtherOrg if the tenant is not options.Org, and ErrDamaged if the
// state cannot be read.
func Open(options Options) (*Tenant, error) {
	options = options.withDefaults()
	if err := options.check(); err != nil {
		return nil, err
	}
	s, err := openStore(options)
	if err != nil {
		return nil, err
	}
	identity, err := s.found(options)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return &Tenant{
		options: options,
		store:   s,
		org:     identity.org,
		pod:     identity.pod,
		tokens:  tokens{key: identity.key, org: identity.org, lifetime: options.TokenLifetime},
		limiter: newLimiter(options.RateLimit, options.RateSpan),
		closed:  make(chan struct{}),
	}, nil
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	o.RateLimit = cmp.Or(o.RateLimit, defaultRateLimit)
	o.RateSpan = cmp.Or(o.RateSpan, defaultRateSpan)
	o.RefuseTestsStatus = cmp.Or(o.RefuseTestsStatus, http.StatusBadRequest)
	o.TokenLifetime = cmp.Or(o.TokenLifetime, defaultTokenLifetime)
	return o
}

func (o Options) check() error {
	switch {
	case o.Dir == "" && !o.Memory:
		return errors.New("no state directory given")
	case o.Seed < 0:
		return fmt.Errorf("seed %d is negative", o.Seed)
	case o.ListLag < 0:
		return fmt.Errorf("list lag %s is negative", o.ListLag)
	case o.Latency < 0:
		return fmt.Errorf("latency %s is negative", o.Latency)
	case o.RateSpan < 0:
		return fmt.Errorf("rate span %s is negative", o.RateSpan)
	case o.TokenLifetime < time.Second || o.TokenLifetime > 12*time.Hour:
		return fmt.Errorf("token lifetime %s is not between 1s and 12h", o.TokenLifetime)
	case o.OmitInlineLogs && o.InlineAllLogs:
		return errors.New("set either OmitInlineLogs or InlineAllLogs, not both")
	}
	return nil
}

// Org is the tenant's name.
func (t *Tenant) Org() string { return t.org }

// Requests returns the number of API requests since Open, including those with a fault, but
// without those for a token or the tenant's name.
func (t *Tenant) Requests() int { return int(t.requests.Load()) }

// Close ends slow answers and closes the state. Further calls return the same error.
func (t *Tenant) Close() error {
	t.closing.Do(func() {
		close(t.closed)
		t.failure = t.store.close()
	})
	return t.failure
}

// ServeHTTP answers one request.
func (t *Tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := call{Request: r, requestID: t.options.randomHex(16), now: t.options.Now().UTC()}
	c.route, c.known = parseRoute(r.URL)
	var f Fault
	if c.known && c.route.isAPI() {
		f = t.faultOf(t.requests.Add(1))
	}
	t.deliver(w, c, f)
}

// pause waits. It returns false at once if the client disconnects or the tenant is closed.
func (t *Tenant) pause(ctx context.Context, d time.Duration) bool {
	switch {
	case d <= 0:
		return true
	case t.options.Wait != nil:
		return t.options.Wait(d)
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	case <-t.closed:
		return false
	}
}

// randomHex returns n random bytes in hexadecimal.
func (o Options) randomHex(n int) string {
	b := make([]byte, n)
	_, _ = io.ReadFull(o.Random, b) // never fails: crypto/rand.Reader, or a test's
	return hex.EncodeToString(b)
}
