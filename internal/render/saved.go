package render

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
	fmt.Fprintf(out, "Plan of %s by %s, digest %s", stamp(p.CreatedAt), Printable(p.Tool), Printable(p.Digest))
	if p.ExpiresAt != nil {
		fmt.Fprintf(out, ", good until %s", stamp(*p.ExpiresAt))
	}
	fmt.Fprint(out, "\n")
	if err := t.Plan(out, p); err != nil {
		return err
	}
	return out.flush()
}

// Reviewed names the tenant that a plan is run on, and the plan, which was shown to
// a reviewer before.
func (t Text) Reviewed(w io.Writer, tenant cluster.Tenant, p planner.Plan) error {
	out := &document{to: w}
	fmt.Fprintf(out, "Tenant %s at %s: running the plan of %s, digest %s.\n",
		Printable(tenant.Org), Printable(tenant.BaseURL), stamp(p.CreatedAt), Printable(p.Digest))
	return out.flush()
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }
