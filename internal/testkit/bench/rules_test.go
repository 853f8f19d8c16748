package bench

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"clusterctl/internal/testkit/wire"
)

// ruleExpressions are rules that read what rules of teams read.
func ruleExpressions() [][2]string {
	return [][2]string{
		{"cluster", `has(cluster.description) && cluster.description == "none"`},
		{"cluster", `cluster.name.matches("^no-[a-z]+$")`},
		{"cluster", `has(cluster.updatePreferences.notificationEmail) && cluster.updatePreferences.notificationEmail.endsWith("@none.example")`},
		{"cluster", `has(cluster.logConfig) && cluster.logConfig.logLevels.exists(c, cluster.logConfig.logLevels[c] == "ALL")`},
		{"update", `change.live.name != change.live.name`},
		{"update", `change.diff.exists(e, e.path == "/name")`},
		{"create", `now.getDayOfWeek("America/Chicago") in [7]`},
		{"delete", `change.name.startsWith("no-")`},
		{"plan", `size(plan.changes) > 100000`},
		{"plan", `plan.changes.exists(c, c.action == "none")`},
	}
}

// BenchmarkPlanWithRules plans 2,000 clusters, most of them with an update, with and without ten rules.
func BenchmarkPlanWithRules(b *testing.B) {
	for _, n := range []int{0, 1, len(ruleExpressions())} {
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			tenant, file := recorded(b, 2000)
			declared, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			policy := "version: 1\npolicy:\n  maxUpdates: 100%\n"
			if n > 0 {
				policy += "  rules:\n"
			}
			for i, rule := range ruleExpressions()[:n] {
				policy += fmt.Sprintf("    - {name: r%d, for: %s, message: no, deny: '%s'}\n", i, rule[0], rule[1])
			}
			text := strings.ReplaceAll(strings.Replace(string(declared), "version: 1\n", policy, 1), "    description: ", "    description: new ")
			wire.WriteFile(b, file, []byte(text))
			args := []string{"plan", "--file", file, "--rate-limit", "1000000/1s", "--quiet", "--output", "json"}
			if updates := strings.Count(run(b, tenant, args...), `"action": "update"`); updates < 500 {
				b.Fatalf("%d updates", updates)
			}
			b.ReportAllocs()
			for b.Loop() {
				run(b, tenant, args...)
			}
		})
	}
}
