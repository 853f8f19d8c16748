package policy_test

import (
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/policy"
)

func named(globs ...cluster.Glob) policy.Selector { return policy.Selector{Names: globs} }
func typed(types ...string) policy.Selector       { return policy.Selector{Types: types} }

// Each rule has its own reason, and the first one that applies is returned.
func TestDisowned(t *testing.T) {
	t.Parallel()
	const system = "system-managed (type sqsCluster)"
	const unknown = "of unknown type, so possibly outside policy.scope"
	for name, tt := range map[string]struct {
		policy     policy.Policy
		kind, want string
	}{
		"zero":                           {policy.Policy{}, "idn", ""},
		"zero, type not known":           {policy.Policy{}, "", ""},
		"system type":                    {policy.Policy{}, "sqsCluster", system},
		"system type, no type ignored":   {policy.Policy{Ignore: policy.Selector{Types: []string{}}}, "sqsCluster", ""},
		"system type, ignored by name":   {policy.Policy{Ignore: policy.Selector{Names: []cluster.Glob{"va"}, Types: []string{}}}, "sqsCluster", system},
		"system type, out of scope":      {policy.Policy{Scope: named("other")}, "sqsCluster", system},
		"ignored by name":                {policy.Policy{Ignore: named("va")}, "idn", "ignored by policy.ignore"},
		"ignored by type":                {policy.Policy{Ignore: typed("idn")}, "idn", "ignored by policy.ignore"},
		"ignored, and out of scope":      {policy.Policy{Ignore: named("va"), Scope: named("other")}, "idn", "ignored by policy.ignore"},
		"in scope":                       {policy.Policy{Scope: named("va")}, "idn", ""},
		"in scope, type not known":       {policy.Policy{Scope: policy.Selector{Names: []cluster.Glob{"va"}, Types: []string{"idn"}}}, "", ""},
		"out of scope":                   {policy.Policy{Scope: named("other")}, "idn", "outside policy.scope"},
		"out of scope by type":           {policy.Policy{Scope: typed("iai")}, "idn", "outside policy.scope"},
		"by type, which is not known":    {policy.Policy{Scope: typed("idn")}, "", unknown},
		"by name alone, type not known":  {policy.Policy{Scope: named("other")}, "", "outside policy.scope"},
		"a scope of nothing, not known":  {policy.Policy{Scope: policy.Selector{Types: []string{}}}, "", "outside policy.scope"},
		"one of two types, not known":    {policy.Policy{Scope: typed("idn", "iai")}, "", unknown},
		"protected, which is no refusal": {policy.Policy{Protect: named("va")}, "idn", ""},
	} {
		if got := tt.policy.Disowned("va", tt.kind); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestUndeletable(t *testing.T) {
	t.Parallel()
	const byTypes = "type unknown, and policy.protect or policy.ignore selects by type"
	for name, tt := range map[string]struct {
		policy     policy.Policy
		kind, want string
	}{
		"zero":                              {policy.Policy{}, "idn", ""},
		"zero, type not known":              {policy.Policy{}, "", ""},
		"system type":                       {policy.Policy{}, "spConnectCluster", "system-managed (type spConnectCluster)"},
		"system type, whatever is ignored":  {policy.Policy{Ignore: policy.Selector{Types: []string{}}}, "sqsCluster", "system-managed (type sqsCluster)"},
		"protected by name":                 {policy.Policy{Protect: named("va")}, "idn", "protected by policy.protect"},
		"protected by type":                 {policy.Policy{Protect: typed("idn")}, "idn", "protected by policy.protect"},
		"protected, type not known":         {policy.Policy{Protect: policy.Selector{Names: []cluster.Glob{"va"}, Types: []string{"idn"}}}, "", "protected by policy.protect"},
		"another is protected":              {policy.Policy{Protect: named("vb")}, "idn", ""},
		"a type is protected, not known":    {policy.Policy{Protect: typed("iai")}, "", byTypes},
		"a type is ignored, not known":      {policy.Policy{Ignore: typed("iai")}, "", byTypes},
		"a type each, not known":            {policy.Policy{Ignore: typed("iai"), Protect: typed("x")}, "", byTypes},
		"no type is ignored, not known":     {policy.Policy{Ignore: policy.Selector{Types: []string{}}}, "", ""},
		"another type is protected, known":  {policy.Policy{Protect: typed("iai")}, "idn", ""},
		"another name is ignored, no types": {policy.Policy{Ignore: named("vb")}, "", ""},
	} {
		if got := tt.policy.Undeletable("va", tt.kind); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// clusters returns n clusters of a type.
func clusters(n int, kind string) []cluster.Live {
	live := make([]cluster.Live, n)
	for i := range live {
		live[i] = cluster.Live{Name: "va", Type: kind}
	}
	return live
}

func TestOverLimit(t *testing.T) {
	t.Parallel()
	const remedy = "; to allow more, set --max-deletes or policy.maxDeletes"
	share := func(n string) string {
		return n + " the default prune limit (30% of 10 clusters in scope)" + remedy
	}
	ten := clusters(10, "idn")
	for name, tt := range map[string]struct {
		policy  policy.Policy
		n       int
		pruning bool
		live    []cluster.Live
		want    string
	}{
		"none of none":                     {policy.Policy{MaxDeletes: &policy.Limit{N: 0}}, 0, true, ten, ""},
		"one of none":                      {policy.Policy{MaxDeletes: &policy.Limit{N: 0}}, 1, false, ten, "1 delete exceeds the limit of 0" + remedy},
		"as many as the limit":             {policy.Policy{MaxDeletes: &policy.Limit{N: 2}}, 2, true, ten, ""},
		"one more than the limit":          {policy.Policy{MaxDeletes: &policy.Limit{N: 2}}, 3, false, ten, "3 deletes exceed the limit of 2" + remedy},
		"just the percentage":              {policy.Policy{MaxDeletes: &policy.Limit{N: 25, IsPercent: true}}, 2, true, ten, ""},
		"more than the percentage":         {policy.Policy{MaxDeletes: &policy.Limit{N: 29, IsPercent: true}}, 3, false, ten, "3 deletes exceed the limit of 29% of 10 clusters in scope" + remedy},
		"0% of none":                       {policy.Policy{MaxDeletes: &policy.Limit{IsPercent: true}}, 0, true, nil, ""},
		"one of 100% of none":              {policy.Policy{MaxDeletes: &policy.Limit{N: 100, IsPercent: true}}, 1, true, nil, "1 delete exceeds the limit of 100% of 0 clusters in scope" + remedy},
		"an unknown type in a percentage":  {policy.Policy{MaxDeletes: &policy.Limit{N: 10, IsPercent: true}}, 1, true, append(clusters(9, "idn"), clusters(1, "")...), "1 delete exceeds the limit of 10% of 9 clusters in scope" + remedy},
		"a problem in a percentage":        {policy.Policy{MaxDeletes: &policy.Limit{N: 10, IsPercent: true}}, 1, true, append(clusters(9, "idn"), cluster.Live{Name: "x", Type: "idn", Problem: "an id twice"}), "1 delete exceeds the limit of 10% of 9 clusters in scope" + remedy},
		"a problem makes ten":              {policy.Policy{}, 3, true, append(clusters(9, "idn"), cluster.Live{Name: "x", Type: "idn", Problem: "an id twice"}), "3 deletes exceed the default prune limit (30% of 9 clusters in scope)" + remedy},
		"a limit in place of the share":    {policy.Policy{MaxDeletes: &policy.Limit{N: 9}}, 9, true, ten, ""},
		"just the share":                   {policy.Policy{}, 3, true, ten, ""},
		"more than the share":              {policy.Policy{}, 4, true, ten, share("4 deletes exceed")},
		"more than the share, not pruning": {policy.Policy{}, 4, false, ten, ""},
		"of few clusters":                  {policy.Policy{}, 9, true, ten[:9], ""},
		"a single one of ten that is too many": {
			policy.Policy{}, 1, true, append(clusters(10, ""), clusters(1, "idn")...),
			"1 delete exceeds the default prune limit (30% of 1 cluster in scope)" + remedy,
		},
		"the ignored are not counted":      {policy.Policy{}, 4, true, append(clusters(9, "idn"), clusters(9, "sqsCluster")...), ""},
		"nor are those of other scopes":    {policy.Policy{Scope: typed("iai")}, 4, true, ten, ""},
		"an unknown type makes ten":        {policy.Policy{}, 3, true, append(clusters(9, "idn"), clusters(1, "")...), "3 deletes exceed the default prune limit (30% of 9 clusters in scope)" + remedy},
		"an unknown type, but ignored":     {policy.Policy{Ignore: named("x")}, 3, true, append(clusters(9, "idn"), cluster.Live{Name: "x"}), ""},
		"an unknown type that is no owner": {policy.Policy{}, 4, true, append(clusters(10, "idn"), clusters(5, "")...), share("4 deletes exceed")},
	} {
		if got := tt.policy.OverLimit(tt.n, tt.pruning, tt.live); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestOverUpdateLimit(t *testing.T) {
	t.Parallel()
	const remedy = "; to allow more, set --max-updates or policy.maxUpdates"
	ten := clusters(10, "idn")
	for name, tt := range map[string]struct {
		limit *policy.Limit
		n     int
		want  string
	}{
		"no limit":            {nil, 99, ""},
		"none of none":        {&policy.Limit{}, 0, ""},
		"one of none":         {&policy.Limit{}, 1, "1 update exceeds the limit of 0" + remedy},
		"just the number":     {&policy.Limit{N: 2}, 2, ""},
		"more":                {&policy.Limit{N: 2}, 3, "3 updates exceed the limit of 2" + remedy},
		"just the percentage": {&policy.Limit{N: 50, IsPercent: true}, 5, ""},
		"more than that":      {&policy.Limit{N: 50, IsPercent: true}, 6, "6 updates exceed the limit of 50% of 10 clusters in scope" + remedy},
	} {
		p := policy.Policy{MaxUpdates: tt.limit, MaxDeletes: &policy.Limit{}}
		if got := p.OverUpdateLimit(tt.n, ten); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestParseLimit(t *testing.T) {
	t.Parallel()
	const notLimit, negative = "expected a whole number or a percentage, such as 3 or 20%", "must be 0 or more"
	for s, want := range map[string]string{
		"0": "0", "3": "3", "0%": "0%", "20%": "20%", "100%": "100%", "9999": "9999",
		"": notLimit, "%": notLimit, "many": notLimit, "2.5%": notLimit, "+3": notLimit, "03": notLimit, "0x3": notLimit, "3 ": notLimit, "20 %": notLimit,
		"20%%": notLimit, "-0": notLimit, "99999999999999999999": notLimit, "-1": negative, "-1%": negative, "101%": "must be at most 100%",
	} {
		limit, err := policy.ParseLimit(s)
		got := limit.String()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}
