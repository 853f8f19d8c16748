package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/metrics"
	"clusterctl/internal/report"
)

func metricsFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "metrics-file", Category: "Output:",
		Usage: "write metrics of the run to `FILE`, in the Prometheus text format, also where it fails",
	}
}

// measured runs a command and, where that is asked for, writes metrics of it.
// However that goes, the command ends as it would without.
func measured(e env, action func(*cli.Context, env) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		path := c.String("metrics-file")
		switch path {
		case "":
			return action(c, e)
		case "-":
			return usageErrorf("--metrics-file -: metrics go to a file, which the node exporter reads")
		}
		if err := expectMetricsPlace(c, path); err != nil {
			return err
		}
		e.Meter = newMeter(c.Command.Name, e.Now())
		err := action(c, e)
		if failed := e.Meter.write(e, path, exitCode(err)); failed != nil {
			e.Log.Warn(report.Printable(fmt.Sprintf("--metrics-file: %s", failed)))
		}
		return err
	}
}

// expectMetricsPlace refuses to write metrics over a file that the same run reads
// or writes, or that holds anything else than metrics of ours.
func expectMetricsPlace(c *cli.Context, path string) error {
	for _, used := range usedFiles(c) {
		if used.isAt(path) {
			return usageErrorf("--metrics-file %s: would replace %s", path, used.what)
		}
	}
	for _, report := range c.StringSlice("output") {
		if _, to, isFile := strings.Cut(report, "="); isFile && atomicfile.IsSame(path, to) {
			return usageErrorf("--metrics-file %s: a report goes to that file", path)
		}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("--metrics-file: %w", err)
	case !info.Mode().IsRegular():
		return usageErrorf("--metrics-file %s: no regular file", path)
	case info.Size() > 0 && !startsWith(path, "# HELP clusterctl_"):
		return usageErrorf("--metrics-file %s: is there already, and holds no metrics of clusterctl (give another name)", path)
	}
	return nil
}

// startsWith reports whether a file begins with a text.
func startsWith(path, text string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	begin := make([]byte, len(text))
	_, err = io.ReadFull(file, begin)
	return errors.Join(err, file.Close()) == nil && string(begin) == text
}

// write puts the metrics of a run in the place of those of the run before.
func (m *meter) write(e env, path string, code int) error {
	o := outcome{code: code, finished: e.Now()}
	before := m.successBefore(path)
	if m.tenant == "" { // the run failed before it came to know it
		m.tenant = before.tenant
	}
	switch {
	case isSuccess(code):
		o.lastSuccess = o.finished
	case labelOf(m.tenant) == before.tenant:
		o.lastSuccess = before.at
	}
	text := metrics.Text(m.families(o))
	return atomicfile.Write(path, []byte(e.Masker.Text(string(text))))
}

// success is when a command last succeeded, and at which tenant.
type success struct {
	tenant string
	at     time.Time
}

// maxMetrics bounds the file that is read back, in bytes: 100 windows are a
// small part of it.
const maxMetrics = 1 << 20

// successBefore is what the file says of the last success, if it is of this
// command. A file that is not there, or not ours, says nothing.
func (m *meter) successBefore(path string) success {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // reading a pipe would wait for somebody
		return success{}
	}
	text, err := readBounded(context.Background(), path, nil, maxMetrics)
	if err != nil {
		return success{}
	}
	samples := metrics.Read(text, lastSuccess)
	i := slices.IndexFunc(samples, func(s metrics.Sample) bool {
		return s.Label(labelCommand) == m.command && s.Value > 0 && s.Value < math.MaxUint32
	})
	if i < 0 {
		return success{}
	}
	return success{samples[i].Label(labelTenant), time.UnixMilli(int64(math.Round(samples[i].Value * 1000)))}
}
