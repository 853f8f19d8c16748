package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
)

type adoptOptions struct {
	files     fileOptions
	tenant    tenantOptions
	names     []cluster.Glob
	unmanaged bool
	dryRun    bool
	quiet     bool
}

func adoptCommand(e env) *cli.Command {
	var o adoptOptions
	return &cli.Command{
		Name:      "adopt",
		Usage:     "add live clusters to a file",
		Arguments: "[NAME...]",
		Description: "Appends an entry for each unmanaged cluster that matches a NAME, which can be a glob. Keeps\n" +
			"everything else in the file. With several files, appends to the last one; creates it if it\n" +
			"does not exist. Writes nothing unless the entries plan to no changes. Changes nothing in the\n" +
			"tenant.",
		Examples: []string{
			"clusterctl adopt va-austin                    # add a cluster to clusters.yaml",
			"clusterctl adopt 'va-prod-*' -f prod.yaml     # add some clusters to a file",
			"clusterctl adopt --unmanaged --dry-run        # show what would be added",
			"clusterctl adopt va-lab -f clusters -f new.yaml  # add to new.yaml what clusters lacks",
		},
		Flags: slices.Concat([]cli.Flag{o.files.pathFlag()}, o.files.variableFlags(), o.tenant.flags(), []cli.Flag{
			{Name: "unmanaged", Section: "Selection:", To: cli.Bool(&o.unmanaged), Usage: "add all unmanaged clusters"},
			{Name: "dry-run", Section: "Output:", To: cli.Bool(&o.dryRun), Usage: "show what would be added; change nothing"},
			{Name: "quiet", Short: "q", Section: "Output:", To: cli.Bool(&o.quiet), Usage: "print no progress on standard error"},
		}),
		Run: checked(e, o.check, o.run),
	}
}

func (o *adoptOptions) check(l cli.Line, e env) error {
	for _, name := range l.Arguments {
		glob, err := cluster.ParseGlob(name)
		if err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		o.names = append(o.names, glob)
	}
	if o.unmanaged == (len(o.names) > 0) {
		return errors.New("adopt needs either a NAME or --unmanaged (see clusterctl adopt --help)")
	}
	return o.tenant.check(e, output{quiet: o.quiet})
}

// adoption is a file, and the clusters to add to it.
type adoption struct {
	file     desired.Input // without data if it does not exist
	isNew    bool
	others   []desired.Input // the other files
	state    desired.State
	plan     planner.Plan
	input    planner.Input
	declared []cluster.Cluster
}

// run reads the tenant on a transport that cannot write.
func (o *adoptOptions) run(ctx context.Context, e env) (err error) {
	o.tenant.readOnly = true
	var a adoption
	if err := o.read(ctx, e, &a); err != nil {
		return err
	}
	conn, err := connect(ctx, e, o.tenant, a.state.Tenant)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	ready, err := conn.plan(ctx, a.state, nil)
	if err != nil {
		return err
	}
	a.plan, a.input = ready.plan, conn.planInput()
	a.input.Snapshot, a.input.Policy, a.input.Now = ready.snapshot, a.state.Policy, o.tenant.clock(e)
	if err := o.pick(e, &a, ready); err != nil {
		return err
	}
	if len(a.declared) == 0 {
		_, err := fmt.Fprintln(e.Stdout, "No unmanaged clusters.")
		return err
	}
	data, err := a.with(ready.snapshot.Tenant.Org)
	if err != nil {
		return err
	}
	if err := o.verify(ctx, e, a, data); err != nil {
		return err
	}
	return o.deliver(e, a, data)
}

// read reads the files. The last one may be in a directory that is named before.
func (o *adoptOptions) read(ctx context.Context, e env, a *adoption) (err error) {
	paths := orDefault(o.files.paths)
	last := len(paths) - 1
	a.file.Name = paths[last]
	info, err := os.Stat(a.file.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && a.file.Name != stdinPath:
		a.isNew = true
	case err != nil || !info.Mode().IsRegular():
		return fmt.Errorf("%s: cannot append to it (name a file with -f)", a.file.Name)
	default:
		inputs, err := readInputs(ctx, e, paths[last:])
		if err != nil {
			return err
		}
		a.file = inputs[0]
	}
	if a.others, err = readInputs(ctx, e, paths[:last]); err != nil {
		return err
	}
	a.others = slices.DeleteFunc(a.others, func(i desired.Input) bool { return atomicfile.IsSame(i.Name, a.file.Name) })
	inputs := a.others
	if !a.isNew {
		inputs = append(slices.Clip(inputs), a.file)
	}
	a.state, err = o.load(ctx, e, inputs)
	return err
}

// load loads files. Neither prune nor rules matter here.
func (o *adoptOptions) load(ctx context.Context, e env, inputs []desired.Input) (desired.State, error) {
	o.files.allowEmpty = true
	state, findings, err := o.files.loadInputs(ctx, e, inputs, o.tenant.clock(e))
	if err == nil && findings.HasErrors() {
		err = &filesError{findings}
	}
	state.Policy.Prune, state.Policy.MaxUpdates, state.Policy.Rules = false, nil, nil
	return state, err
}

// pick selects the clusters to declare. It refuses them all if a file cannot declare one.
func (o *adoptOptions) pick(e env, a *adoption, ready prepared) error {
	unmanaged := slices.DeleteFunc(slices.Clone(ready.snapshot.Clusters), func(live cluster.Live) bool {
		return !slices.ContainsFunc(ready.plan.Findings, func(f planner.Finding) bool { return f.Kind == planner.Unmanaged && f.ID == live.ID })
	})
	for _, glob := range o.names {
		if !slices.ContainsFunc(unmanaged, func(live cluster.Live) bool { return glob.Match(live.Name) }) {
			return fmt.Errorf("no unmanaged cluster matches %q%s", glob, report.Remark(whyManaged(glob, *a, ready.snapshot.Clusters)))
		}
	}
	var refused []error
	for _, live := range unmanaged {
		if o.picks(live) {
			refused = append(refused, refusalOf(e, live))
		}
	}
	if err := errors.Join(refused...); err != nil {
		return err
	}
	for _, u := range ready.unmanaged {
		if o.picks(u.Live) {
			a.declare(e, report.Entry(u))
		}
	}
	return nil
}

func (o *adoptOptions) picks(live cluster.Live) bool {
	return o.unmanaged || cluster.MatchAny(o.names, live.Name)
}

// declare adds a cluster, with a warning about each value that a file cannot contain.
func (a *adoption) declare(e env, d desired.Declaration) {
	a.declared = append(a.declared, d.Cluster)
	for _, what := range d.LeftOut {
		e.Log.Warn("cluster " + escape.Quote(d.Cluster.Name) + ": " + what.Text)
	}
}

// refusalOf says why a file cannot declare a cluster; nil if it can.
func refusalOf(e env, live cluster.Live) error {
	var why string
	switch {
	case live.Problem != "":
		why = live.Problem
	case strings.TrimSpace(live.Name) == "":
		why = "it has no name"
	case e.hides(desired.File{Clusters: []cluster.Cluster{desired.Declare(live).Cluster}}):
		why = "it contains what looks like a secret"
	default:
		return nil
	}
	return fmt.Errorf("cluster %s cannot be adopted: %s", escape.Quote(cmp.Or(live.Name, live.ID)), why)
}

// whyManaged says why no cluster of a name is unmanaged.
func whyManaged(glob cluster.Glob, a adoption, live []cluster.Live) string {
	for _, c := range a.state.Clusters {
		if glob.Match(c.Name) {
			return "declared at " + c.Source.String()
		}
	}
	if slices.ContainsFunc(live, func(l cluster.Live) bool { return glob.Match(l.Name) }) {
		return "it is ignored or out of scope; see clusterctl plan --show-unmanaged"
	}
	return "list them with clusterctl plan --show-unmanaged"
}

// with returns the file with the clusters, for this tenant if the file is new.
func (a adoption) with(org string) ([]byte, error) {
	if a.isNew {
		return desired.File{Tenant: cmp.Or(a.state.Tenant, org), Clusters: a.declared}.YAML(), nil
	}
	return desired.Append(a.file, a.declared)
}

// verify plans with the new file: every cluster must match its entry, and nothing else may
// change.
func (o *adoptOptions) verify(ctx context.Context, e env, a adoption, data []byte) error {
	state, err := o.load(ctx, e, append(slices.Clip(a.others), desired.Input{Name: a.file.Name, Data: data}))
	if err != nil {
		return errors.Join(fmt.Errorf("not adopted: %s would not be valid", escape.Text(a.file.Name)), err)
	}
	a.input.Desired = state.Clusters
	plan, err := planner.New(a.input)
	if err != nil {
		return err
	}
	if plan.Summary.Unchanged != a.plan.Summary.Unchanged+len(a.declared) || len(plan.Changes) != len(a.plan.Changes) {
		return fmt.Errorf("not adopted: with these entries %s would plan to other changes (check its defaults, which apply to every entry)", escape.Text(a.file.Name))
	}
	return nil
}

func (o adoptOptions) deliver(e env, a adoption, data []byte) error {
	if o.dryRun {
		return text.Diff(e.Stdout, a.file.Name, "adopted", a.file.Data, data)
	}
	if err := e.replaceFile(a.file.Name, data); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.Stdout, "%s added to %s.\n", report.Count(len(a.declared), "cluster"), escape.Text(a.file.Name))
	return err
}
