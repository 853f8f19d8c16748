package bench

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// BenchmarkApply creates clusters with a log configuration each in an empty tenant. The floor
// is two requests for each.
func BenchmarkApply(b *testing.B) {
	const n = 1000
	for name, noFilter := range map[string]bool{"name filter": false, "no name filter": true} {
		b.Run(fmt.Sprintf("%d, %s", n, name), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "clusters.yaml")
			wire.WriteFile(b, file, []byte("version: 1\nclusters:\n"+creates(n, withLog)))
			requests := 0
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				tenant, err := sandbox.Open(sandbox.Options{Dir: b.TempDir(), Unsynced: true, NoNameFilter: noFilter, RateLimit: -1, Now: time.Now})
				if err != nil {
					b.Fatal(err)
				}
				c := &counted{tenant: tenant}
				b.StartTimer()
				run(b, c, "apply", "--auto-approve", "--quiet", "--file", file, "--rate-limit", "1000000/1s")
				b.StopTimer()
				requests += int(c.requests.Load())
				if err := tenant.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
		})
	}
}
