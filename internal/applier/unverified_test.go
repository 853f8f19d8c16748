package applier_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
)

// An unverified look-up proves nothing, unless the listing is trusted.
func TestUnverifiedLookUps(t *testing.T) {
	t.Parallel()
	isFind := func(call string) bool { return strings.HasPrefix(call, "FIND") }
	for name, tt := range map[string]struct {
		unverified func(*tenant) func(call string) bool
		isLost     bool // the first POST gets no response
		want       applier.Outcome
		err        string
		trusted    applier.Outcome
	}{
		"before the creation": {
			unverified: func(*tenant) func(string) bool { return isFind },
			want:       applier.Failed,
			err:        "the listing is unverified, so a cluster of this name may already exist (check with status; if there is none, use --trust-listing)",
			trusted:    applier.Applied,
		},
		"after the creation": {
			unverified: func(t *tenant) func(string) bool {
				return func(call string) bool { return isFind(call) && len(t.clusters) > 0 }
			},
			want: applier.Unverified, err: "created, but not verified as the only cluster of this name: the listing is unverified",
			trusted: applier.Applied,
		},
		"before the lost creation is sent again": {
			unverified: func(*tenant) func(string) bool { return func(call string) bool { return call == "LIST" } },
			isLost:     true, want: applier.Unknown,
			err:     "connection reset (the cluster may have been created; wait a minute, then check with status before you apply again)",
			trusted: applier.Applied,
		},
	} {
		for _, isTrusted := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				tenant := newTenant()
				p := plan(t, tenant, cluster.Cluster{Name: "a"}, cluster.Cluster{Name: "b"})
				tenant.unverified = tt.unverified(tenant)
				isLost := tt.isLost
				tenant.before = func(call string) error {
					if isLost && strings.HasPrefix(call, `POST {"name":"a"`) {
						isLost = false
						return &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errors.New("connection reset")}
					}
					return nil
				}
				opts := options()
				opts.Parallelism, opts.TrustListing = 1, isTrusted
				o := applier.Run(t.Context(), tenant, p, opts).Outcomes[0]
				want, err := tt.want, tt.err
				if isTrusted {
					want, err = tt.trusted, ""
				}
				if o.Outcome != want || !strings.HasSuffix(o.Error, err) || (o.Error == "") != (err == "") {
					t.Errorf("%s, trusted %t: outcome %s, error %q\n%s", name, isTrusted, o.Outcome, o.Error, strings.Join(tenant.calls, "\n"))
				}
			})
		}
	}
}

// An unverified look-up of the new name proves nothing either.
func TestNoRenameAfterAnUnverifiedLookUp(t *testing.T) {
	t.Parallel()
	for isTrusted, want := range map[bool]applier.Outcome{false: applier.Failed, true: applier.Applied} {
		tenant := newTenant(old())
		p := plan(t, tenant, cluster.Cluster{Name: "new", ID: "1"})
		tenant.unverified = func(call string) bool { return strings.HasPrefix(call, "FIND") }
		opts := options()
		opts.TrustListing = isTrusted
		if o := applier.Run(t.Context(), tenant, p, opts).Outcomes[0]; o.Outcome != want {
			t.Errorf("trusted %t: %s, %s", isTrusted, o.Outcome, o.Error)
		}
	}
}
