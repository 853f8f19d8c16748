package command

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/drift"
)

// TestMetricsAreDocumented holds that docs/reference/metrics.md has a row for each
// metric, and for none that is not there.
func TestMetricsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(clusterctl_[a-z_]+)`").FindAllSubmatch(page, -1) {
		rows = append(rows, string(row[1]))
	}
	known := anyMeasurement(1)
	known.lastSuccess = noon()
	var written []string
	for _, f := range known.families() {
		written = append(written, f.Name)
	}
	known.drift = &drift.Report{}
	for _, f := range known.families() {
		if !slices.Contains(written, f.Name) {
			written = append(written, f.Name)
		}
	}
	slices.Sort(rows)
	slices.Sort(written)
	if !slices.Equal(rows, written) {
		t.Errorf("documented:\n%s\nwritten:\n%s", strings.Join(rows, "\n"), strings.Join(written, "\n"))
	}
}

// TestCronHowToIsScripted holds that the script for docs/how-to/cron.md runs every
// command of it, on the very files that it shows.
func TestCronHowToIsScripted(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/how-to/cron.md")
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("../../testdata/script/cron_howto.txtar")
	if err != nil {
		t.Fatal(err)
	}
	commands, files := 0, 0
	for _, block := range regexp.MustCompile("(?s)```(yaml|bash|sh)\n(.*?)```").FindAllSubmatch(page, -1) {
		body := string(block[2])
		if string(block[1]) != "sh" {
			files++
			if !strings.Contains(string(script), " --\n"+body) {
				t.Errorf("not a file of the script:\n%s", body)
			}
			continue
		}
		for line := range strings.Lines(body) {
			commands++
			if !isScripted(string(script), strings.TrimSpace(line)) {
				t.Errorf("not a command of the script: %s", line)
			}
		}
	}
	if commands != 6 || files != 3 {
		t.Errorf("%d commands and %d files, want 6 and 3", commands, files)
	}
}
