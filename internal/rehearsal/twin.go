package rehearsal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
)

const (
	// address stands for the copy, which is reached without a network.
	address     = "http://localhost"
	timeout     = 30 * time.Second
	retries     = 4
	createGrace = 5 * time.Second
)

// twin is one copy of the tenant.
type twin struct {
	*rehearsal
	tenant *sandbox.Tenant
	clock  *clock
}

// trouble is what happens to one run on a twin. The zero trouble is none.
type trouble struct {
	fault *sandbox.Fault
	kill  kill
}

// newTwin returns a new copy of the tenant, at the time of the plan.
func (r *rehearsal) newTwin(happens trouble) (*twin, error) {
	t := &twin{rehearsal: r, clock: &clock{now: r.in.Plan.CreatedAt}}
	options := sandbox.Options{
		Memory: true, Org: r.in.Plan.Tenant.Org, Pod: r.in.Plan.Tenant.Pod, Copies: r.copies,
		Now: t.clock.Now, Random: newRandom(r.in.Plan.Digest), InlineAllLogs: true,
		NoCount: !r.in.Snapshot.Listing.Verified, NoNameFilter: !r.in.Snapshot.FiltersByName,
		RateLimit: -1, TokenLifetime: 12 * time.Hour,
		Wait: func(d time.Duration) bool {
			t.clock.advance(min(d, timeout))
			return d < timeout
		},
	}
	if happens.fault != nil {
		options.Faults = []sandbox.Fault{*happens.fault}
	}
	var err error
	t.tenant, err = sandbox.Open(options)
	return t, err
}

// random is a source of ids that are the same in every rehearsal of a plan.
type random struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func newRandom(seed string) *random {
	return &random{source: rand.NewChaCha8(sha256.Sum256([]byte(seed)))}
}

func (r *random) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(p)
}

// session is one run of the program on a twin.
type session struct {
	*twin
	client *remote.Client
	ctx    context.Context //nolint:containedctx // a session is one run, which ends when it is killed
	end    context.CancelCauseFunc
}

// timeless is a context without a deadline: a twin has its own time.
type timeless struct{ context.Context }

func (timeless) Deadline() (time.Time, bool) { return time.Time{}, false }

// begin starts a run that may be killed. The caller ends it.
func (t *twin) begin(ctx context.Context, k kill) (*session, error) {
	root, err := api.ParseRoot(address, "")
	if err != nil {
		return nil, err
	}
	s := &session{twin: t}
	s.ctx, s.end = context.WithCancelCause(timeless{ctx})
	var base http.RoundTripper = transport{tenant: t.tenant, kill: k, end: s.end}
	if t.tamper != nil {
		base = t.tamper(base)
	}
	s.client, err = remote.New(remote.Config{
		Root: root, Credentials: remote.Credentials{ClientID: "rehearsal", ClientSecret: "rehearsal"}, Base: base,
		Timeout: timeout, Retries: retries, Jitter: func(time.Duration) time.Duration { return 0 }, Clock: t.clock.pauses(),
		Parallelism: 1, UserAgent: t.in.Plan.Tool,
	})
	return s, err
}

// replan plans the same files on the twin.
func (s *session) replan() (planner.Plan, error) { return s.in.Replan(s.ctx, s.client, s.clock.Now()) }

// list lists all clusters, so that the run knows which ones exist before it.
func (s *session) list() (cluster.Snapshot, error) {
	return s.client.Snapshot(s.ctx, s.in.Plan.Tenant, cluster.Need{
		Log:     func(cluster.Live) bool { return false },
		Missing: func([]cluster.Live) cluster.Missing { return cluster.Missing{} },
	})
}

// apply applies a plan, once the tenant was listed. It records the run.
func (s *session) apply(plan planner.Plan, listed cluster.Snapshot, record *journal) applier.Result {
	return applier.Run(s.ctx, s.client, plan, applier.Options{
		Tool: plan.Tool, Tenant: plan.Tenant, Waivers: plan.Waivers, Now: s.clock.Now, Clock: s.clock.pauses(),
		CreateGrace: createGrace, TrustListing: s.in.TrustListing, Preexisting: applier.PreexistingOf(listed, true),
		Parallelism: 1, Journal: receipt.NewJournal(record),
	})
}

// journal is a receipt in memory.
type journal struct{ bytes.Buffer }

// Sync does nothing.
func (*journal) Sync() error { return nil }

// effects returns what the recorded run did.
func (j *journal) effects() ([]receipt.Effect, error) {
	past, err := receipt.Read("receipt of the rehearsal", io.Reader(&j.Buffer))
	if err != nil {
		return nil, err
	}
	return receipt.Effects(receipt.RunsToUndo(past))
}
