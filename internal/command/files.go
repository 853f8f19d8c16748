package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
)

// defaultFile is read where no file is named.
const defaultFile = "clusters.yaml"

// fileOptions are what desired state is read from.
type fileOptions struct {
	paths         []string
	variables     []string // NAME=VALUE
	variableFiles []string
	allowEmpty    bool
	policy        policyOptions
}

func (o *fileOptions) flags() []cli.Flag {
	return append([]cli.Flag{
		o.pathFlag(),
		{Name: "allow-empty", Section: "Files:", To: cli.Bool(&o.allowEmpty), Usage: "prune although the files declare no cluster"},
	}, o.variableFlags()...)
}

func (o *fileOptions) variableFlags() []cli.Flag {
	return []cli.Flag{
		{Name: "var", Section: "Files:", To: cli.Strings(&o.variables), Usage: "`NAME=VALUE` for ${NAME} in the files; repeatable"},
		{
			Name: "var-file", Section: "Files:", To: cli.Strings(&o.variableFiles),
			Usage: "YAML map of variables at `PATH`; repeatable, the last that has a name counts",
		},
	}
}

func (o *fileOptions) pathFlag() cli.Flag {
	return cli.Flag{
		Name: "file", Short: "f", Section: "Files:", To: cli.Strings(&o.paths),
		Usage: "desired-state `PATH`, a directory of such files, or - for standard input; repeatable (default: " + defaultFile + ")",
	}
}

// orDefault are the paths, or the default where none is named.
func orDefault(paths []string) []string {
	if len(paths) == 0 {
		return []string{defaultFile}
	}
	return paths
}

// loadFiles reads the desired state and logs warnings. If there are errors, it returns
// them and the warnings in their order.
func loadFiles(ctx context.Context, e env, o fileOptions, now time.Time) (desired.State, error) {
	state, findings, err := o.load(ctx, e, now)
	if err == nil && findings.HasErrors() {
		err = &filesError{findings}
	}
	if err != nil {
		return desired.State{}, err
	}
	warn(e, findings)
	return state, nil
}

// load reads the desired state. Errors in the variables are its only findings: without
// variables the files mean nothing.
func (o fileOptions) load(ctx context.Context, e env, now time.Time) (desired.State, desired.Diagnostics, error) {
	inputs, err := readFiles(ctx, e, orDefault(o.paths))
	if err != nil {
		return desired.State{}, nil, err
	}
	variables, findings, err := o.loadVariables(ctx, e)
	if err != nil || findings.HasErrors() {
		return desired.State{}, findings, err
	}
	state, findings := desired.Load(inputs, desired.Options{
		Variables:  variables,
		Now:        now,
		Prune:      o.policy.prune,
		AllowEmpty: o.allowEmpty,
	})
	state.Policy = o.policy.over(state.Policy)
	return state, findings, nil
}

func (o fileOptions) loadVariables(ctx context.Context, e env) (desired.Variables, desired.Diagnostics, error) {
	if slices.Contains(o.paths, "-") && slices.Contains(o.variableFiles, "-") {
		return desired.Variables{}, nil, usageErrorf("standard input cannot be both --file and --var-file")
	}
	given := make(map[string]string, len(o.variables))
	for _, assignment := range o.variables {
		name, value, err := desired.ParseVariable(assignment)
		if err != nil {
			return desired.Variables{}, nil, usageErrorf("--var %q: %s", assignment, err)
		}
		given[name] = value
	}
	inputs, err := readInputs(ctx, e, o.variableFiles)
	if err != nil {
		return desired.Variables{}, nil, err
	}
	listed, findings := desired.LoadVariables(inputs)
	return desired.Variables{Given: given, Listed: listed, Getenv: e.variable}, findings, nil
}

// variable is a variable of the environment for a file. That of --var-file is none,
// although its name has the form.
func (e env) variable(name string) string {
	if name == cli.Variable("var-file") {
		return ""
	}
	return e.Getenv(name)
}

func warn(e env, findings desired.Diagnostics) {
	for _, d := range findings.Warnings() {
		e.Log.Warn(d.String(), findingFields(d)...)
	}
}

func readFiles(ctx context.Context, e env, paths []string) ([]desired.Input, error) {
	inputs, err := readInputs(ctx, e, paths)
	if errors.Is(err, fs.ErrNotExist) && slices.Equal(paths, []string{defaultFile}) {
		return nil, fmt.Errorf("%w (name the files with -f)", err)
	}
	return inputs, err
}

// Whatever a person names may be a pipe that nobody writes to. So all inputs are
// read by readInputs, readBounded and readReceipt, which give up once ctx is done.

// readInputs reads desired state and what else is written in YAML.
func readInputs(ctx context.Context, e env, paths []string) ([]desired.Input, error) {
	return bounded(ctx, func() ([]desired.Input, error) { return desired.Read(paths, e.Stdin) })
}

// readBounded reads a file, or standard input, of so many bytes at the most.
func readBounded(ctx context.Context, path string, stdin io.Reader, most int64) ([]byte, error) {
	data, err := bounded(ctx, func() ([]byte, error) { return readUpTo(path, stdin, most+1) })
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("%s: more than %s", path, bytesText(most))
	}
	return data, err
}

// readUpTo reads the beginning of a file, or of standard input where there is one.
func readUpTo(path string, stdin io.Reader, most int64) (data []byte, err error) {
	from := stdin
	if path != stdinPath || stdin == nil {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		from = file
	}
	return io.ReadAll(io.LimitReader(from, most))
}

// replaceFile writes a file whole or not at all. A pipe waits for its reader until
// the next interrupt.
func (e env) replaceFile(path string, data []byte) error {
	err := atomicfile.Write(path, data)
	if !errors.Is(err, atomicfile.ErrNotRegular) {
		return err
	}
	ctx, cancel := untilClosed(context.Background(), e.Ending.next())
	defer cancel()
	_, err = bounded(ctx, func() (struct{}, error) { return struct{}{}, os.WriteFile(path, data, 0) })
	return err
}

// bytesText is a round number of bytes.
func bytesText(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
