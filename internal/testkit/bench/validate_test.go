package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/testkit/wire"
)

// fleet is a file of n clusters with a log configuration each.
func fleet(n int) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nclusters:\n")
	for i := range n {
		fmt.Fprintf(&b, `  - name: va-%06d
    description: Cluster %d of the fleet
    configuration:
      gmtOffset: "-5"
      debug: "false"
    updatePreferences:
      updateState: AUTO
    logConfig:
      rootLevel: WARN
      durationMinutes: 600
      logLevels:
        sailpoint.connector.ADLDAPConnector: DEBUG
`, i, i)
	}
	return []byte(b.String())
}

// BenchmarkValidate checks a file.
func BenchmarkValidate(b *testing.B) { benchmarkFile(b, "validate", "--file") }

// BenchmarkFmt checks the format of a file.
func BenchmarkFmt(b *testing.B) { benchmarkFile(b, "fmt", "--check", "--file") }

func benchmarkFile(b *testing.B, args ...string) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "clusters.yaml")
			wire.WriteFile(b, file, fleet(n))
			run(b, nil, "fmt", "--file", file)
			info, err := os.Stat(file)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			b.ReportAllocs()
			for b.Loop() {
				run(b, nil, append(args, file)...)
			}
		})
	}
}
