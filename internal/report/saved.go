package report

import (
	"fmt"
	"io"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// SavedPlan writes a plan that was made some time ago, with when and by what.
func (t Text) SavedPlan(w io.Writer, p planner.Plan) error {
	out := &document{to: w}
	unverified(out, &p.Proof)
	fmt.Fprintf(out, "Plan of %s by %s, digest %s", stamp(p.CreatedAt), Printable(p.Tool), Printable(p.Digest))
	if p.ExpiresAt != nil {
		fmt.Fprintf(out, ", good until %s", stamp(*p.ExpiresAt))
	}
	fmt.Fprint(out, "\n")
	t.plan(out, p)
	return out.flush()
}

// Reviewed names the tenant that a plan is run on, and the plan, which was shown to
// a reviewer before. The proof is of the listing that was read; nil if none was.
func (t Text) Reviewed(w io.Writer, tenant cluster.Tenant, proof *cluster.Proof, p planner.Plan) error {
	out := &document{to: w}
	unverified(out, proof)
	fmt.Fprintf(out, "Tenant %s at %s: running the plan of %s, digest %s.\n",
		Printable(orUnknown(tenant.Org)), Printable(tenant.BaseURL), stamp(p.CreatedAt), Printable(p.Digest))
	return out.flush()
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }
