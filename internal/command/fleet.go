package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"clusterctl/internal/cli"
	"clusterctl/internal/crash"
	"clusterctl/internal/project"
	"clusterctl/internal/report"
)

// fleet runs one command line for tenants of a project. For each it runs the command as if it
// had been called with the settings of the tenant as flags.
type fleet struct {
	env

	project loadedProject
	line    cli.Line
	atOnce  int
	canary  string // the name of the tenant to apply first; may be empty
	// selection identifies the tenants of all shards; it is empty without shards.
	selection string
}

// job is a command for one tenant.
type job struct {
	tenant  project.Tenant
	command string
	words   []string // besides those of the line and of the tenant
	leaves  []string // the flags of the line that are not for this command
	stdin   []byte
}

// tenantRun is the end of a job.
type tenantRun struct {
	collected

	tenant project.Tenant
	err    error
	code   int
}

// single runs the command for one tenant, with all its output.
func (f fleet) single(ctx context.Context, t project.Tenant) error {
	j := job{tenant: t, command: f.line.Command()}
	if f.saved() != "" {
		if err := expectNoPlanning(f.line); err != nil {
			return err
		}
		j.leaves = planningFlags()
	}
	words, err := f.words(j)
	if err != nil {
		return err
	}
	var arguments []string // other commands have them as files
	if f.line.Command() == "apply" || f.line.Command() == "undo" {
		arguments = f.line.Arguments
	}
	if info, err := os.Stat(f.saved()); err == nil && info.IsDir() {
		arguments = []string{planOf(f.saved(), t)}
	}
	credentials, err := f.credentials(ctx, f.env, t)
	if err != nil {
		return err
	}
	return newApp(f.forTenant(t, credentials)).Run(ctx, slices.Concat(words, arguments))
}

// saved returns the path of the saved plan, or of the directory of several, of apply.
func (f fleet) saved() string {
	if f.line.Command() != "apply" {
		return ""
	}
	return f.line.Argument()
}

// credentials reads the credentials of a tenant, if the command needs any.
func (f fleet) credentials(ctx context.Context, e env, t project.Tenant) (map[string]string, error) {
	if !f.line.Takes("base-url") || t.Sandbox != "" {
		return nil, nil
	}
	return f.project.credentialsOf(ctx, e, t)
}

// run runs the command for several tenants and reports on all of them.
func (f fleet) run(ctx context.Context, tenants []project.Tenant) error {
	to, err := f.output()
	if err == nil {
		err = f.check()
	}
	if err == nil && f.line.Command() == "plan" {
		err = f.prepareOut(tenants)
	}
	if err != nil {
		return err
	}
	if f.line.Value("split") != "" {
		return f.split(ctx, tenants)
	}
	var runs []tenantRun
	if f.line.Command() == "apply" {
		runs, err = f.apply(ctx, to, tenants)
	} else {
		runs = f.all(ctx, f.jobs(tenants, f.line.Command()))
	}
	if err != nil {
		return err
	}
	return f.conclude(to, runs)
}

// conclude reports on all runs, and returns the exit code of the worst.
func (f fleet) conclude(to output, runs []tenantRun) error {
	d := report.OfTenants(report.TenantsReport{Tool: toolName(), Command: f.line.Command(), Shard: f.line.Value("shard"), Selection: f.selection, Runs: f.reported(runs)})
	err := to.document(f.env, d, d.Verdict)
	f.writeMetrics(runs)
	if err != nil {
		return err
	}
	var codes []int
	for _, run := range runs {
		codes = append(codes, run.code)
	}
	if code := report.WorstExit(codes...); code != exitDone {
		return &statusError{code: code}
	}
	return nil
}

// output returns the destinations of the report on all tenants.
func (f fleet) output() (to output, err error) {
	to.color, to.quiet = cmp.Or(f.line.Value("color"), "auto"), f.line.Value("quiet") == "true"
	parse := destinationIn(formatsOf(f.line.Command()))
	for _, value := range f.line.Values("output") {
		d, err := parse(value)
		if err != nil {
			return to, err
		}
		to.to = append(to.to, d)
	}
	return to, to.check(f.line)
}

// check refuses flags that make sense for one tenant only.
func (f fleet) check() error {
	for _, flag := range []string{"since", "history", "expect-digest", "watch", "receipt"} {
		if f.line.Takes(flag) && f.line.IsSet(flag) && f.line.Value(flag) != noReceipt {
			return fmt.Errorf("--%s is for one tenant (use it with --tenant NAME)", flag)
		}
	}
	if f.line.Command() == "undo" {
		return errors.New("undo is for one tenant (use it with --tenant NAME)")
	}
	if dir := f.saved(); dir != "" {
		if err := expectNoPlanning(f.line); err != nil {
			return err
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("%s is not a directory of saved plans (save the plans of several tenants with plan --out DIR)", dir)
		}
	}
	for _, flag := range []string{"file", "var-file", "known"} {
		if slices.Contains(f.line.Values(flag), stdinPath) {
			return fmt.Errorf("--%s -: only one tenant can read standard input (use a file, or --tenant NAME)", flag)
		}
	}
	if path := f.line.Value("metrics-file"); path != "" {
		return expectMetricsPlace(f.line, path)
	}
	return nil
}

func (f fleet) jobs(tenants []project.Tenant, command string) []job {
	jobs := make([]job, len(tenants))
	for i, t := range tenants {
		jobs[i] = job{tenant: t, command: command, leaves: []string{"output", "color", "metrics-file", "out"}}
		if dir := f.line.Value("out"); dir != "" && command == "plan" {
			jobs[i].words = []string{"--out=" + planOf(dir, t)}
		}
	}
	return jobs
}

// planOf returns the path of the plan of a tenant in a directory.
func planOf(dir string, t project.Tenant) string { return filepath.Join(dir, t.Name+".json") }

// prepareOut makes the directory of --out. It removes plans of the tenants from earlier runs,
// because a tenant that cannot be planned must not keep one.
func (f fleet) prepareOut(tenants []project.Tenant) error {
	dir := f.line.Value("out")
	if dir == "" {
		return nil
	}
	if err := os.Mkdir(dir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("--out: %w", err)
	}
	for _, t := range tenants {
		err := expectReplaceable(planOf(dir, t))
		if err == nil {
			err = os.Remove(planOf(dir, t))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// all runs jobs concurrently. One that fails or panics is no concern of the others.
func (f fleet) all(ctx context.Context, jobs []job) []tenantRun {
	runs := make([]tenantRun, len(jobs))
	stderr := oneByOne{new(sync.Mutex), f.Stderr}
	group, _ := crash.NewGroup(ctx, f.atOnce)
	for i, j := range jobs {
		group.Go(func() error {
			run := &runs[i]
			run.tenant = j.tenant
			e := f.apart(j.tenant, stderr, &run.collected)
			run.err = crash.Catch(func() error { return f.one(ctx, e, j) })
			run.code = reportError(e.Log, run.logged())
			run.measured.code = run.code
			return nil
		})
	}
	_ = group.Wait() // the runs have the errors
	return runs
}

func (f fleet) one(ctx context.Context, e env, j job) error {
	words, err := f.words(j)
	if err != nil {
		return err
	}
	credentials, err := f.credentials(ctx, e, j.tenant)
	if err != nil {
		return err
	}
	if j.stdin != nil {
		e.Stdin = bytes.NewReader(j.stdin)
	}
	return newApp(e.forTenant(j.tenant, credentials)).Run(ctx, words)
}

// logged returns the error for standard error: short if the report has the findings.
func (r tenantRun) logged() error {
	files, ok := errors.AsType[*filesError](r.err)
	if !ok {
		return r.err
	}
	return fmt.Errorf("%s in the files", report.Count(len(files.findings.Errors()), "error"))
}
