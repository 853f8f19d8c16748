package command

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/drift"
)

// TestMetricsAreDocumented checks that docs/reference/metrics.md has a row for each metric,
// and no others.
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
