package command

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/compare"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/project"
	"clusterctl/internal/report"
	"clusterctl/internal/sandbox"
)

// sandboxPrefix begins an argument that names a sandbox.
const sandboxPrefix = "sandbox:"

type compareOptions struct {
	files   fileOptions // only variables
	tenant  tenantOptions
	output  output
	ignored compare.Ignored
	a, b    string
}

func compareCommand(e env) *cli.Command {
	var o compareOptions
	return &cli.Command{
		Name:      "compare",
		Usage:     "show differences between two tenants or files",
		Arguments: "A [B]",
		Description: "Compares clusters by name. A and B are tenants of the project file, files, directories or\n" +
			"exports, or sandbox:DIR. Without B, A is compared with the tenant of --base-url or --sandbox.\n" +
			"Ids, health and versions are not compared. Live log configurations are compared by their\n" +
			"levels, not by their expiration.\n\n" +
			"Exits with 2 if there are differences, and with 1 if something cannot be compared. To\n" +
			"compare only what files declare, use drift.",
		Examples: []string{
			"clusterctl compare export.yaml                         # compare an export with the tenant",
			"clusterctl compare sandbox production                  # compare two tenants of the project",
			"clusterctl compare sandbox.yaml production.yaml        # compare two exports",
			"clusterctl compare sandbox:./rehearsal clusters        # compare an embedded tenant with files",
			"clusterctl compare a.yaml b.yaml --ignore /description  # accept different descriptions",
			"clusterctl compare a.yaml b.yaml -o html=compare.html  # write a page for review",
		},
		Flags: slices.Concat(o.files.variableFlags(), o.tenant.flags(), o.tenant.selectionFlags(e, nil), []cli.Flag{
			{
				Name: "ignore", Section: "Selection:", To: cli.EachParsed((*[]cluster.Glob)(&o.ignored), parseIgnored),
				Usage: "accept differences in fields that match `PATH` (a JSON pointer or a glob, such as /configuration/*); repeatable",
			},
			{Name: "trust-listing", Section: "Selection:", To: cli.Bool(&o.tenant.trustListing), Usage: "accept an unverified listing (the tenant does not return how many clusters it has)"},
		}, o.output.flags("compare")),
		ExitCodes: []int{exitPending},
		Run:       checked(e, o.check, o.run),
	}
}

func parseIgnored(s string) (cluster.Glob, error) {
	if !strings.HasPrefix(s, "/") {
		return "", errors.New("expected the path of a field, such as /description or /configuration/*")
	}
	return cluster.ParseGlob(s)
}

func (o *compareOptions) check(l cli.Line, e env) error {
	o.a = l.Argument()
	if len(l.Arguments) > 1 {
		o.b = l.Arguments[1]
	}
	if o.a == stdinPath && o.b == stdinPath {
		return errors.New("standard input (-) can be read only once")
	}
	if isTenant := o.tenant.baseURL != "" || o.tenant.sandbox != ""; o.b != "" && isTenant {
		return errors.New("--base-url and --sandbox cannot be combined with two arguments (leave out B to compare A with that tenant)")
	}
	o.tenant.confirmed = true // a cluster that seems to be missing must be missing
	return cmp.Or(o.output.check(l), o.tenant.check(e, o.output))
}

// run reads tenants on transports that cannot write.
func (o *compareOptions) run(ctx context.Context, e env) error {
	o.tenant.readOnly = true
	a, err := o.side(ctx, e, o.a)
	if err != nil {
		return err
	}
	b, err := o.side(ctx, e, o.b)
	if err != nil {
		return err
	}
	picked := func(entry compare.Entry) bool { return o.tenant.selection.Picks(entry.Name) }
	if len(o.tenant.selection.Target) > 0 && !slices.ContainsFunc(slices.Concat(a.Entries, b.Entries), picked) {
		return errors.New("--target matches no cluster")
	}
	r := compare.Of(a, b, compare.Options{
		Selection: o.tenant.selection, Ignored: o.ignored, TrustListing: o.tenant.trustListing, Tool: toolName(), Now: o.tenant.clock(e),
	})
	d := report.OfComparison(r)
	if err := o.output.document(e, d, d.Verdict); err != nil {
		return err
	}
	switch {
	case r.Summary.Unknown > 0:
		return fmt.Errorf("incomplete comparison: %d unknown (see the report)", r.Summary.Unknown)
	case r.Differs():
		return errPending
	default:
		return nil
	}
}

// side reads what an argument names: a sandbox, files or, if it is empty, the tenant.
func (o compareOptions) side(ctx context.Context, e env, argument string) (compare.Side, error) {
	dir, isSandbox := strings.CutPrefix(argument, sandboxPrefix)
	switch {
	case argument == "":
		return o.live(ctx, e, o.tenant, "")
	case isSandbox && !sandbox.Exists(dir): // an empty tenant would be made, and two of them are equal
		return compare.Side{}, fmt.Errorf("no sandbox in %s (name the directory of one)", escape.Text(dir))
	case isSandbox:
		tenant := o.tenant
		tenant.sandbox, tenant.baseURL = dir, ""
		return o.live(ctx, e, tenant, argument)
	}
	p, t, err := tenantNamed(ctx, e, argument)
	switch {
	case err != nil:
		return compare.Side{}, err
	case t.Name == "":
		return o.declared(ctx, e, argument)
	default:
		return o.ofProject(ctx, e, p, t)
	}
}

// tenantNamed returns a tenant of the project file here or in a parent directory; one without
// a name if there is none.
func tenantNamed(ctx context.Context, e env, name string) (p loadedProject, t project.Tenant, err error) {
	if !project.IsName(name) || findProject() == "" {
		return p, t, nil
	}
	if p, err = loadProject(ctx, e, ""); err != nil {
		return p, t, err
	}
	if at := slices.IndexFunc(p.Tenants, func(t project.Tenant) bool { return t.Name == name }); at >= 0 {
		t = p.Tenants[at]
	}
	return p, t, nil
}

// ofProject reads a tenant with its own address, credentials and rate limit.
func (o compareOptions) ofProject(ctx context.Context, e env, p loadedProject, t project.Tenant) (side compare.Side, err error) {
	tenant := o.tenant
	tenant.baseURL, tenant.sandbox, tenant.clientID, tenant.secretFile = t.BaseURL, "", "", ""
	tenant.apiVersion = cmp.Or(t.APIVersion, tenant.apiVersion)
	if t.RateLimit != "" {
		if tenant.rate, err = parseRate(t.RateLimit); err != nil {
			return side, err
		}
	}
	if t.Sandbox != "" {
		tenant.sandbox = p.path(t.Sandbox)
		return o.live(ctx, e.forTenant(t, nil), tenant, t.Name)
	}
	credentials, err := p.credentialsOf(ctx, e, t)
	if err != nil {
		return side, err
	}
	tenant.clientID = credentials["SAIL_CLIENT_ID"]
	return o.live(ctx, e.forTenant(t, credentials), tenant, t.Name)
}

// declared reads files. Their warnings are those of validate.
func (o compareOptions) declared(ctx context.Context, e env, path string) (compare.Side, error) {
	files := o.files
	files.paths, files.allowEmpty = []string{path}, true
	state, _, err := loadFiles(ctx, e, files, o.tenant.clock(e))
	side := compare.Side{Name: path}
	for _, c := range state.Clusters {
		side.Entries = append(side.Entries, compare.Entry{Cluster: c})
	}
	return side, err
}

// live reads a tenant. Its name is that of the tenant if it has no other.
func (o compareOptions) live(ctx context.Context, e env, tenant tenantOptions, name string) (side compare.Side, err error) {
	conn, err := connect(ctx, e, tenant, e.Tenant.Org)
	if err != nil {
		return side, err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	all := desired.Export{Selection: tenant.selection}
	snapshot, err := conn.snapshot(ctx, cluster.Need{
		Log:  func(live cluster.Live) bool { return all.Picks(live) && !o.ignored.Covers("/logConfig") },
		Name: tenant.selection.OnlyName(),
	})
	if err != nil {
		return side, err
	}
	side = compare.Side{Name: cmp.Or(name, snapshot.Tenant.Org, snapshot.Tenant.BaseURL), Tenant: &snapshot.Tenant, Listing: &snapshot.Listing}
	if warning := report.Unverified(side.Listing); warning != "" && tenant.trustListing {
		e.Log.Warn(warning)
	}
	for _, live := range snapshot.Clusters {
		if all.Picks(live) {
			side.Entries = append(side.Entries, liveEntry(live))
		}
	}
	return side, nil
}

// liveEntry is a live cluster with what a file would declare of it, and what no file can.
func liveEntry(live cluster.Live) compare.Entry {
	d := desired.Declare(live)
	entry := compare.Entry{Cluster: d.Cluster, Live: &live, Unknown: live.Problem, Others: map[string]json.RawMessage{}}
	for _, what := range d.LeftOut {
		entry.Others[what.Path] = what.Value
		if what.Path == "" {
			entry.Unknown = cmp.Or(entry.Unknown, what.Text)
		}
	}
	if strings.TrimSpace(live.Name) == "" {
		entry.Unknown = cmp.Or(entry.Unknown, "cluster "+escape.Quote(live.ID)+" has no name")
	}
	return entry
}
