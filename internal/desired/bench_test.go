package desired

import (
	"fmt"
	"strings"
	"testing"
)

// manyClusters returns a file with the given number of clusters, ten lines each.
func manyClusters(n int) Input {
	var text strings.Builder
	text.WriteString("version: 1\ntenant: acme\ndefaults: {type: idn, configuration: {gmtOffset: \"-6\"}}\nclusters:\n")
	for i := range n {
		fmt.Fprintf(&text, "  - name: va-%d\n"+
			"    description: Cluster %d\n"+
			"    configuration:\n"+
			"      debug: \"false\"\n"+
			"      region: ${REGION}\n"+
			"    logConfig:\n"+
			"      rootLevel: INFO\n"+
			"      logLevels: {sailpoint.connector.ADLDAPConnector: WARN}\n"+
			"      durationMinutes: 240\n"+
			"    # a comment\n", i, i)
	}
	return Input{Name: "clusters.yaml", Data: []byte(text.String())}
}

// BenchmarkLoad shows that time and memory grow linearly.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d-clusters", n), func(b *testing.B) {
			inputs := []Input{manyClusters(n)}
			b.SetBytes(int64(len(inputs[0].Data)))
			b.ReportAllocs()
			for b.Loop() {
				if state, found := Load(inputs, corpusOptions()); len(found) > 0 || len(state.Clusters) != n {
					b.Fatalf("%d clusters, findings:\n%s", len(state.Clusters), listing(found))
				}
			}
		})
	}
}

// BenchmarkFormat shows the same for formatting.
func BenchmarkFormat(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d-clusters", n), func(b *testing.B) {
			input := manyClusters(n)
			b.SetBytes(int64(len(input.Data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, found := Format(input); len(found) > 0 {
					b.Fatal(listing(found))
				}
			}
		})
	}
}

// BenchmarkFormatOneLine shows that formatting one long line takes linear time, as for
// JSON without line breaks.
func BenchmarkFormatOneLine(b *testing.B) {
	for _, n := range []int{10_000, 40_000} {
		b.Run(fmt.Sprintf("%d-clusters", n), func(b *testing.B) {
			var text strings.Builder
			for i := range n {
				fmt.Fprintf(&text, `,{"name":"va-%d","configuration":{"debug":"false"}}`, i)
			}
			input := Input{Name: "clusters.json", Data: []byte(`{"version":1,"clusters":[` + text.String()[1:] + `]}`)}
			b.SetBytes(int64(len(input.Data)))
			for b.Loop() {
				if _, found := Format(input); len(found) > 0 {
					b.Fatal(listing(found))
				}
			}
		})
	}
}
