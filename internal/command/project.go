package command

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/project"
	"clusterctl/internal/report"
)

// projectOptions select tenants of a project.
type projectOptions struct {
	file    string // empty to look for it
	tenants []project.Selector
	atOnce  int
	shard   project.Shard
	canary  string
}

// mostAtOnce limits --tenants-at-once.
const mostAtOnce = 100

func (o *projectOptions) flags(e env) []cli.Flag {
	return []cli.Flag{
		{
			Name: "tenant", Short: "t", Section: "Tenant:", To: cli.EachParsed(&o.tenants, project.ParseSelector), Names: o.names(e),
			Usage: "run for the tenant `NAME` of the project; a glob or label=value runs for several; repeatable",
		},
		{Name: "project", Section: "Tenant:", To: cli.String(&o.file), DefaultText: project.File + " here or in a parent directory", Usage: "read the tenants from the project file `FILE`"},
		{Name: "shard", Section: "Tenant:", To: cli.Parsed(&o.shard, project.ParseShard), Usage: "run only share `I/N` of the selected tenants, such as 1/4; a tenant stays in its share"},
		{Name: "tenants-at-once", Section: "Performance:", To: cli.Int(&o.atOnce), Default: "8", Usage: "run up to `N` tenants at once"},
	}
}

func (o *projectOptions) check(l cli.Line) error {
	for _, flag := range []string{"base-url", "sandbox", "client-id", "client-secret-file"} {
		if l.Takes(flag) && l.IsGiven(flag) {
			return fmt.Errorf("--%s cannot be combined with --tenant (set it in the project file)", flag)
		}
	}
	if o.atOnce < 1 || o.atOnce > mostAtOnce {
		return fmt.Errorf("--tenants-at-once %d: must be from 1 to %d", o.atOnce, mostAtOnce)
	}
	return nil
}

// isOne reports whether the run is for one tenant by its name. Its output is that of a run
// without a project; that of a pattern has the same form however many tenants match.
func (o *projectOptions) isOne() bool {
	return len(o.tenants) == 1 && o.tenants[0].IsName() && o.shard.Count == 0
}

// overTenants adds --tenant to a command. With it, the command runs once for each tenant,
// each time in an environment of its own.
func overTenants(e env, c *cli.Command) *cli.Command {
	var o projectOptions
	run := c.Run
	c.Flags = slices.Concat(c.Flags, o.flags(e))
	if c.Name == "apply" {
		c.Flags = append(c.Flags, o.canaryFlag(e))
	}
	c.Run = func(ctx context.Context, l cli.Line) error {
		if !l.IsSet("tenant") {
			if err := expectNoProject(l); err != nil {
				return err
			}
			return run(ctx, l)
		}
		if err := cmp.Or(l.Check(), o.check(l)); err != nil {
			return err
		}
		return o.run(ctx, e, l)
	}
	return c
}

// expectNoProject refuses flags that need selected tenants.
func expectNoProject(l cli.Line) error {
	for _, flag := range []string{"project", "shard", "canary", "tenants-at-once"} {
		if l.Takes(flag) && l.IsGiven(flag) {
			return fmt.Errorf("--%s needs --tenant (use --tenant NAME, or --tenant '*' for all)", flag)
		}
	}
	return nil
}

func (o *projectOptions) canaryFlag(e env) cli.Flag {
	return cli.Flag{
		Name: "canary", Section: "Apply:", To: cli.String(&o.canary), Names: o.names(e),
		Usage: "apply to the tenant `NAME` first, and to the others only if it then has no changes left",
	}
}

func (o *projectOptions) run(ctx context.Context, e env, l cli.Line) error {
	p, err := loadProject(ctx, e, o.file)
	if err != nil {
		return err
	}
	tenants, err := p.Select(o.tenants)
	if err != nil {
		return fmt.Errorf("--tenant: %w", err)
	}
	f := fleet{env: e, project: p, line: l, atOnce: o.atOnce, canary: o.canary}
	if o.shard.Count > 0 {
		f.selection = report.SelectionOf(project.Project{Tenants: tenants}.Names())
		tenants = o.shard.Of(tenants)
	}
	if f.canary != "" && !slices.ContainsFunc(tenants, f.isCanary) {
		return fmt.Errorf("--canary %s is not one of the selected tenants (select it with --tenant)", f.canary)
	}
	if o.isOne() {
		return f.single(ctx, tenants[0])
	}
	return f.run(ctx, tenants)
}

// loadedProject is a project and the directory of its file.
type loadedProject struct {
	project.Project

	dir string
}

// path returns a path of the project file as seen from the working directory.
func (p loadedProject) path(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.dir, path)
	}
	if path == stdinPath { // a file of that name
		path = "." + string(filepath.Separator) + path
	}
	return path
}

func loadProject(ctx context.Context, e env, file string) (p loadedProject, err error) {
	if file == "" {
		if file = findProject(); file == "" {
			return p, fmt.Errorf("no project file %s here or in a parent directory (write one, or name it with --project; see docs/reference/project.md)", project.File)
		}
	}
	data, err := readBounded(ctx, file, e.Stdin, layout.MaxBytes)
	if err != nil {
		return p, fmt.Errorf("--project: %w", err)
	}
	loaded, found := desired.LoadProject(desired.Input{Name: file, Data: data})
	if found.HasErrors() {
		return p, &filesError{found}
	}
	return loadedProject{loaded, filepath.Dir(file)}, nil
}

// findProject returns the path of the nearest project file upwards, or "".
func findProject() string {
	for at := "."; ; at = filepath.Join("..", at) {
		path := filepath.Join(at, project.File)
		var data []byte
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() { // reading a pipe may never end
			data, err = readUpTo(path, nil, layout.MaxBytes)
		}
		if err == nil && desired.IsProject(desired.Input{Name: path, Data: data}) {
			return path
		}
		if root, err := filepath.Abs(at); err != nil || root == filepath.Dir(root) {
			return ""
		}
	}
}

// projectHint says how to use the project file, if there is one and the command has a flag for it.
func (e env) projectHint() string {
	if !e.OffersTenants {
		return ""
	}
	if path := findProject(); path != "" {
		return fmt.Sprintf("use --tenant NAME for a tenant of %s, or ", escape.Text(path))
	}
	return ""
}

// names completes the names of tenants.
func (o *projectOptions) names(e env) func(context.Context) []string {
	return func(ctx context.Context) []string {
		if mayBlock(o.file) {
			return nil
		}
		p, err := loadProject(ctx, e, o.file)
		if err != nil {
			return nil
		}
		return p.Names()
	}
}

// expectOrg refuses files for another tenant than the one of the project.
func (e env) expectOrg(org string) error {
	if t := e.Tenant; org != "" && t.Org != "" && org != t.Org {
		return refusedf("the files are for tenant %q, but tenant %s is %q at %s (check tenant: in both files)", org, t.Name, t.Org, t.Source)
	}
	return nil
}
