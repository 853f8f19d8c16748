package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/metrics"
	"clusterctl/internal/render"
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
		e.Meter = newMeter(c.Command.Name, e.Now())
		err := action(c, e)
		if failed := e.Meter.write(e, path, exitCode(err)); failed != nil {
			e.Log.Warn(render.Printable(fmt.Sprintf("--metrics-file: %s", failed)))
		}
		return err
	}
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
	return writeWhole(path, []byte(e.Masker.Text(string(text))))
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
	text, err := readBounded(path, nil, maxMetrics)
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
