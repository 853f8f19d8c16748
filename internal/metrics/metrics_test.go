package metrics_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"pgregory.net/rapid"

	"clusterctl/internal/metrics"
)

func TestText(t *testing.T) {
	t.Parallel()
	families := []metrics.Family{
		{Name: "c_items", Help: "Items\nby \\ kind.", Samples: []metrics.Sample{
			{Labels: []metrics.Label{{"tenant", "acme"}, {"kind", "changed"}}, Value: 2},
			{Labels: []metrics.Label{{"tenant", `a"b\c` + "\nd\xff"}}, Value: 0.25},
		}},
		{Name: "c_nothing", Help: "Left out."},
		{Name: "c_time_seconds", Help: "A time.", Samples: []metrics.Sample{{Value: 1795390000.5}}},
	}
	const want = `# HELP c_items Items\nby \\ kind.
# TYPE c_items gauge
c_items{tenant="acme",kind="changed"} 2
c_items{tenant="a\"b\\c\nd�"} 0.25
# HELP c_time_seconds A time.
# TYPE c_time_seconds gauge
c_time_seconds 1795390000.5
`
	if diff := cmp.Diff(want, string(metrics.Text(families))); diff != "" {
		t.Error(diff)
	}
}

// Prometheus' own parser and Read both read any labels that Text writes.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		family := metrics.Family{Name: "c_x", Help: rapid.String().Draw(t, "help"), Samples: samples(t)}
		text := metrics.Text([]metrics.Family{{Name: "c_x_y", Help: "h", Samples: family.Samples}, family})

		if diff := cmp.Diff(family.Samples, metrics.Read(text, "c_x")); diff != "" {
			t.Fatalf("read back: %s", diff)
		}
		if diff := cmp.Diff(family.Samples, parse(t, text, "c_x")); diff != "" {
			t.Fatalf("read by Prometheus: %s", diff)
		}
	})
}

func samples(t *rapid.T) []metrics.Sample {
	names := rapid.SliceOfNDistinct(rapid.String(), 1, 5, rapid.ID).Draw(t, "names")
	var all []metrics.Sample
	for _, name := range names {
		all = append(all, metrics.Sample{
			Labels: []metrics.Label{{"cluster", name}, {"tenant", rapid.String().Draw(t, "tenant")}},
			Value:  rapid.Float64Range(0, math.MaxInt32).Draw(t, "value"),
		})
	}
	return all
}

// parse reads one family as Prometheus does.
func parse(t *rapid.T, text []byte, family string) []metrics.Sample {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var all []metrics.Sample
	for _, m := range families[family].GetMetric() {
		s := metrics.Sample{Value: m.GetGauge().GetValue()}
		for _, l := range m.GetLabel() {
			s.Labels = append(s.Labels, metrics.Label{Name: l.GetName(), Value: l.GetValue()})
		}
		all = append(all, s)
	}
	return all
}

// A file from another program is read without errors.
func TestReadPassesOverTheRest(t *testing.T) {
	t.Parallel()
	const text = "# HELP x y\nx{a=\"1\"} 1\nx{a=\"1} 2\nx{a=\"\\q\"} 3\nx{a=\"1\"} many\nx 4 1700000000\nx 5\nxy 6\n\x00\xff"
	want := []metrics.Sample{{Labels: []metrics.Label{{"a", "1"}}, Value: 1}, {Value: 5}}
	got := metrics.Read([]byte(text), "x")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got[0].Label("a") != "1" || got[0].Label("b") != "" {
		t.Errorf("labels %q and %q", got[0].Label("a"), got[0].Label("b"))
	}
}
