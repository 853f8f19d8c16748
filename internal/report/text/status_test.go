package text_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/mask"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

func exampleStatus(t *testing.T) report.Document {
	t.Helper()
	yes, no := true, false
	log := func(root cluster.Level, levels int, left time.Duration) cluster.LogState {
		c := cluster.LiveLogConfig{RootLevel: root, LogLevels: map[string]cluster.Level{}, Expiration: documents.Noon().Add(left)}
		for i := range levels {
			c.LogLevels[strings.Repeat("x", i)] = "DEBUG"
		}
		return cluster.LogState{Known: true, Config: &c}
	}
	none, installed := cluster.AsReturned(""), cluster.AsReturned("123.1")
	forEver := cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{RootLevel: "WARN"}}
	excluded, err := cluster.ParseGlob("*-lab")
	if err != nil {
		t.Fatal(err)
	}
	return report.OfStatus("clusterctl/test", cluster.Snapshot{
		Listing: cluster.Listing{Verified: true},
		Tenant:  cluster.Tenant{BaseURL: "https://acme.example/v3", Org: "acme"},
		Clusters: []cluster.Live{
			{ID: "5", Name: "va-lab"},
			{ID: "4", Name: "ドイツ-クラスタ", Type: "idn", Status: "NORMAL", Operational: &yes, Clients: cluster.Exactly(12), Services: cluster.Exactly(3), CCGVersion: "v01", Alert: none, Indicators: none, Installed: installed, Available: none, OutdatedAt: none, Log: log("INFO", 2, 133*time.Minute+30*time.Second)},
			{ID: "3", Name: "sp-connect-cluster", Clients: cluster.Exactly(0), Services: cluster.Exactly(0), Type: "spConnectCluster", Status: "NO_CLIENTS", Operational: &no, Alert: cluster.AsReturned("CLUSTER_UNREACHABLE"), Installed: none, Available: none, OutdatedAt: none, Log: log("TRACE", 0, 40*time.Second)},
			{ID: "2", Name: "va-\x1b[31mred", Clients: cluster.Exactly(0), Services: cluster.Exactly(0), Type: "idn", Status: "BRAND_NEW", Alert: none, Indicators: cluster.AsReturned("ERROR"), Installed: installed, Available: cluster.AsReturned("123.1.2"), OutdatedAt: cluster.AsReturned("2026-03-11T07:00:13.734393Z"), Log: log("DEBUG", 1, -time.Minute)},
			{ID: "1", Name: "va-\x1b[31mred", Clients: cluster.Exactly(0), Services: cluster.Exactly(0), Log: forEver},
		},
	}, report.StatusOptions{Picked: cluster.Selection{Exclude: []cluster.Glob{excluded}}, Now: documents.Noon()})
}

func TestStatus(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		width int
		want  string
	}{
		"in a pipe": {0, `Tenant acme at https://acme.example/v3

NAME                TYPE              STATUS      UP   ALERT                CLIENTS  SVCS  CCG  VERSION  UPDATE   SINCE       LOG
sp-connect-cluster  spConnectCluster  NO_CLIENTS  no   CLUSTER_UNREACHABLE        0     0  ?    -        -        -           TRACE, 40s left
va-\u001b[31mred    ?                 ?           ?    ?                          0     0  ?    ?        ?        ?           WARN
va-\u001b[31mred    idn               BRAND_NEW   ?    health ERROR               0     0  ?    123.1    123.1.2  2026-03-11  -
ドイツ-クラスタ     idn               NORMAL      yes  -                         12     3  v01  123.1    -        -           INFO +2, 2h13m left

4 clusters: 1 operational, 3 with an active log configuration.
`},
		"on a wide terminal": {120, `Tenant acme at https://acme.example/v3

NAME                TYPE        STATUS      UP   ALERT        CLIENTS  VERSION  UPDATE   SINCE       LOG
sp-connect-cluster  spCon…ster  NO_CLIENTS  no   CLUST…HABLE        0  -        -        -           TRACE, 40s left
va-\u001b[31mred    ?           ?           ?    ?                  0  ?        ?        ?           WARN
va-\u001b[31mred    idn         BRAND_NEW   ?    healt…ERROR        0  123.1    123.1.2  2026-03-11  -
ドイツ-クラスタ     idn         NORMAL      yes  -                 12  123.1    -        -           INFO +2, 2h13m left

4 clusters: 1 operational, 3 with an active log configuration.
`},
		"on a terminal": {80, `Tenant acme at https://acme.example/v3

NAME                STATUS      UP   CLIENTS  UPDATE   LOG
sp-connect-cluster  NO_CLIENTS  no         0  -        TRACE, 40s left
va-\u001b[31mred    ?           ?          0  ?        WARN
va-\u001b[31mred    BRAND_NEW   ?          0  123.1.2  -
ドイツ-クラスタ     NORMAL      yes       12  -        INFO +2, 2h13m left

4 clusters: 1 operational, 3 with an active log configuration.
`},
	}
	for name, tt := range tests {
		got := documents.Written(t, func(b io.Writer) error {
			return inText(text.Format{Width: tt.width})(b, exampleStatus(t))
		})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A value that could not be read is shown as unknown, and a line says why.
func TestStatusOfOddClusters(t *testing.T) {
	t.Parallel()
	known := cluster.LogState{Known: true}
	const secret = "correct-horse-battery-staple"
	var masker mask.Masker
	masker.Learn(secret)
	status := report.OfStatus("clusterctl/test", cluster.Snapshot{Listing: cluster.Listing{Verified: true}, Clusters: []cluster.Live{
		{ID: "1", Name: "7", Type: "idn", Problem: "the tenant returned a name that is not a string", Log: known},
		{Problem: "the tenant returned a cluster that is not a JSON object"},
		{ID: "2", Name: "va-a", Log: cluster.LogState{Problem: "GET /managed-clusters/2/log-config: 500 Internal Server Error"}},
		{ID: "3", Name: "va-a", Log: known},
		{ID: "4", Name: "va-" + secret, Log: known},
	}}, report.StatusOptions{Now: documents.Noon()})
	got := documents.Written(t, func(b io.Writer) error {
		return inText(text.Format{Width: 60, Masker: &masker})(b, status)
	})
	const want = `Tenant ? at 

NAME    STATUS  UP  ALERT  CLIENTS  UPDATE  SINCE  LOG
?       ?       ?   ?            ?  ?       ?      ?
7       ?       ?   ?            ?  ?       ?      -
va-a    ?       ?   ?            ?  ?       ?      ?
va-a    ?       ?   ?            ?  ?       ?      -
va-***  ?       ?   ?            ?  ?       ?      -

! ?: the tenant returned a cluster that is not a JSON object
! 7 (1): the tenant returned a name that is not a string
! va-a (2):
    GET /managed-clusters/2/log-config: 500 Internal Server
    Error

5 clusters: 0 operational, 0 with an active log configuration.
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatusOfNothing(t *testing.T) {
	t.Parallel()
	got := documents.Written(t, func(b io.Writer) error {
		return inText(text.Format{})(b, report.OfStatus("t", cluster.Snapshot{Listing: cluster.Listing{Verified: true}}, report.StatusOptions{Now: documents.Noon()}))
	})
	if want := "Tenant ? at \n\n0 clusters: 0 operational, 0 with an active log configuration.\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestPing(t *testing.T) {
	t.Parallel()
	checks := []report.Check{
		{Name: "address", State: report.OK, Message: "it \x1b[2J answers"},
		{Name: "reading", State: report.Failed, Message: "403 Forbidden", Remedy: "the token needs another scope"},
		{Name: "clock", State: report.NotKnown, Message: "not checked"},
		{Name: "version", State: report.Warning, Message: "old"},
	}
	ping := report.OfPing("clusterctl/test", cluster.Tenant{Org: "acme"}, checks)
	const want = `ok         address  it \u001b[2J answers
failed     reading  403 Forbidden (the token
    needs another scope)
not known  clock    not checked
warning    version  old

Not known: 1 check (clock).

1 of 4 checks failed.
`
	plain := documents.Written(t, func(b io.Writer) error { return inText(text.Format{Width: 45})(b, ping) })
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	colored := documents.Written(t, func(b io.Writer) error { return inText(text.Format{Width: 45, Color: true})(b, ping) })
	for _, want := range []string{"\x1b[32mok\x1b[0m         address", "\x1b[31mfailed\x1b[0m     reading", "\x1b[33mwarning\x1b[0m    version", "\nnot known  clock"} {
		if !strings.Contains(colored, want) {
			t.Errorf("%q is missing in\n%s", want, colored)
		}
	}
	isOK := func(d report.Document) bool {
		return strings.Contains(documents.Written(t, func(w io.Writer) error { return report.JSON(w, d.Data) }), `"ok": true`)
	}
	if isOK(ping) || !isOK(report.OfPing("", cluster.Tenant{}, checks[2:])) {
		t.Error("what failed counts, and nothing else")
	}
}

func TestStatusOfOneCluster(t *testing.T) {
	t.Parallel()
	snapshot := cluster.Snapshot{Listing: cluster.Listing{Verified: true}, Clusters: []cluster.Live{{ID: "1", Name: "va", Log: cluster.LogState{Known: true}}}}
	got := documents.Written(t, func(w io.Writer) error {
		return inText(text.Format{})(w, report.OfStatus("t", snapshot, report.StatusOptions{Now: documents.Noon()}))
	})
	if !strings.Contains(got, "\nva    ?") || !strings.HasSuffix(got, "\n\n1 cluster: 0 operational, 0 with an active log configuration.\n") {
		t.Errorf("got\n%s", got)
	}
}
