package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"time"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/metrics"
)

// metricsFlag declares --metrics-file, which only measured reads.
func metricsFlag() cli.Flag {
	return cli.Flag{
		Name: "metrics-file", Section: "Output:", To: cli.String(new(string)),
		Usage: "write Prometheus metrics of the run to `FILE`, even if it fails",
	}
}

// measured runs a command and writes its metrics, or warns that it cannot.
func measured(e env, check func(cli.Line, env) error, run func(context.Context, env) (runFacts, error)) func(context.Context, cli.Line) error {
	return func(ctx context.Context, l cli.Line) error {
		path := l.Value("metrics-file")
		if path != "" {
			if err := expectMetricsPlace(l, path); err != nil {
				return err
			}
		}
		m := measurement{command: l.Command(), started: e.Now()}
		if e.Collect != nil {
			defer func() { e.Collect.measured = m }()
		}
		err := checked(e, check, func(ctx context.Context, e env) (err error) {
			m.runFacts, err = run(ctx, e)
			return err
		})(ctx, l)
		m.finished, m.code = e.Now(), exitCode(err)
		m.tenant = cmp.Or(e.Tenant.Name, m.tenant)
		if path == "" {
			return err
		}
		if failed := m.write(e, path); failed != nil {
			e.Log.Warn(escape.Text(fmt.Sprintf("--metrics-file: %s", failed)))
		}
		return err
	}
}

// expectMetricsPlace refuses to replace another file of the run, or a file without
// clusterctl metrics.
func expectMetricsPlace(l cli.Line, path string) error {
	if path == "-" {
		return errors.New("--metrics-file -: cannot write metrics to standard output (use a file)")
	}
	for _, used := range usedFiles(l) {
		if used.isAt(path) {
			return fmt.Errorf("--metrics-file %s: would overwrite %s (use another path)", path, used.what)
		}
	}
	for _, report := range l.Values("output") {
		if _, to, isFile := strings.Cut(report, "="); isFile && atomicfile.IsSame(path, to) {
			return fmt.Errorf("--metrics-file %s: a report is written to the same file (use another path)", path)
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("--metrics-file: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("--metrics-file %s: not a regular file", path)
	}
	const start = "# HELP clusterctl_"
	if begin, err := readUpTo(path, nil, int64(len(start))); info.Size() > 0 && (err != nil || string(begin) != start) {
		return fmt.Errorf("--metrics-file %s: already exists and holds no clusterctl metrics (use another name)", path)
	}
	return nil
}

// write replaces the metrics of the previous run.
func (m measurement) write(e env, path string) error {
	if err := expectDirectory(path); err != nil {
		return err
	}
	if m.tenant == "" { // the run failed early
		m.tenant = tenantBefore(path, m.command)
	}
	m.keepSuccess(path)
	return writeMetrics(e, path, m.families())
}

func writeMetrics(e env, path string, families []metrics.Family) error {
	return atomicfile.Write(path, []byte(e.Masker.Text(string(metrics.Text(families)))))
}

// keepSuccess sets the time of the last success: this run, or one in the file at path.
func (m *measurement) keepSuccess(path string) {
	if m.code == exitDone || m.code == exitPending {
		m.lastSuccess = m.finished
		return
	}
	for _, s := range successesBefore(path, m.command) {
		if s.Label(labelTenant) == labelOf(m.tenant) {
			m.lastSuccess = time.UnixMilli(int64(math.Round(s.Value * 1000)))
			return
		}
	}
}

// tenantBefore returns the tenant of the last success of a command in a file, or "".
func tenantBefore(path, command string) string {
	for _, s := range successesBefore(path, command) {
		return s.Label(labelTenant)
	}
	return ""
}

// maxMetrics limits the size of the file that is read back, in bytes.
const maxMetrics = 1 << 20

// successesBefore returns the times of the last success of a command in a file, by tenant.
func successesBefore(path, command string) (found []metrics.Sample) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // reading a pipe would block
		return nil
	}
	text, err := readBounded(context.Background(), path, nil, maxMetrics)
	if err != nil {
		return nil
	}
	for _, s := range metrics.Read(text, lastSuccess) {
		if s.Label(labelCommand) == command && s.Value > 0 && s.Value < math.MaxUint32 {
			found = append(found, s)
		}
	}
	return found
}
