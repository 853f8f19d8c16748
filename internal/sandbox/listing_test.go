package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
)

func TestListPages(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 12})
	all := p.list("")
	if len(all) != 12 {
		t.Fatalf("%d clusters", len(all))
	}
	tests := map[string]struct {
		query string
		want  []served
		total string
	}{
		"everything":     {"", all, ""},
		"counted":        {"count=true", all, "12"},
		"not counted":    {"count=false", all, ""},
		"first page":     {"limit=5&count=true", all[:5], "12"},
		"second page":    {"limit=5&offset=5", all[5:10], ""},
		"last page":      {"limit=5&offset=10", all[10:], ""},
		"the very end":   {"offset=12", []served{}, ""},
		"far beyond":     {"offset=9999&count=true", []served{}, "12"},
		"nothing wanted": {"limit=0&count=true", []served{}, "12"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := p.get("/v3/managed-clusters?" + test.query)
			p.want(r, http.StatusOK)
			if diff := cmp.Diff(test.want, decode[[]served](t, r)); diff != "" {
				t.Error(diff)
			}
			if got := r.header.Get(api.TotalCountHeader); got != test.total {
				t.Errorf("%s is %q, want %q", api.TotalCountHeader, got, test.total)
			}
		})
	}
}

func TestListRefuses(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	tests := map[string]string{
		"limit=251":                       `limit "251" is not a whole number from 0 to 250`,
		"limit=-1":                        `limit "-1"`,
		"limit=":                          `limit ""`,
		"limit=ten":                       `limit "ten"`,
		"offset=-1":                       `offset "-1"`,
		"offset=1.5":                      `offset "1.5"`,
		"offset=99999999999":              `offset "99999999999"`,
		"count=yes":                       `count "yes" is not true or false`,
		"offset=%zz":                      "malformed query",
		"filters=" + url.QueryEscape(`x`): "invalid filters",
	}
	for query, want := range tests {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			p.wantProblem(p.get("/v3/managed-clusters?"+query), http.StatusBadRequest, want)
		})
	}
}

func TestOffsetAfterFullPagesIsInvalid(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ seed, offset, status int }{
		"after one full page":  {250, 250, http.StatusBadRequest},
		"after two full pages": {500, 500, http.StatusBadRequest},
		"between full pages":   {500, 250, http.StatusOK},
		"beyond the end":       {250, 251, http.StatusOK},
		"after a short page":   {249, 249, http.StatusOK},
		"of nothing":           {0, 0, http.StatusOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, Options{Seed: test.seed})
			r := p.get(fmt.Sprintf("/v3/managed-clusters?offset=%d", test.offset))
			p.want(r, test.status)
			if test.status == http.StatusBadRequest {
				p.wantProblem(r, test.status, "Specified offset is invalid")
			}
		})
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 30})
	quoted := p.create(`{"name": "a \"quoted\" \\ name"}`)
	tests := map[string]func(served) bool{
		`name eq "VA-Austin"`:                      func(c served) bool { return c.Name == "va-austin" },
		`name eq "a \"quoted\" \\ name"`:           func(c served) bool { return c.ID == quoted.ID },
		`name eq "nobody"`:                         func(served) bool { return false },
		`type eq "iai"`:                            func(c served) bool { return c.Type == "iai" },
		`status eq "NORMAL"`:                       func(c served) bool { return c.Status == "NORMAL" },
		`operational eq true`:                      func(c served) bool { return c.Operational },
		`operational eq "false" and type eq "idn"`: func(c served) bool { return !c.Operational && c.Type == "idn" },
		`type eq "idn" and name eq "sqs-cluster"`:  func(served) bool { return false },
		`  `: func(served) bool { return true },
		`status eq "WARNING" and operational eq "false"`: func(c served) bool { return c.Status == "WARNING" },
	}
	all := p.list("")
	for filters, keep := range tests {
		t.Run(filters, func(t *testing.T) {
			t.Parallel()
			want := slices.DeleteFunc(slices.Clone(all), func(c served) bool { return !keep(c) })
			r := p.get("/v3/managed-clusters?count=true&filters=" + url.QueryEscape(filters))
			p.want(r, http.StatusOK)
			if diff := cmp.Diff(want, decode[[]served](t, r)); diff != "" {
				t.Error(diff)
			}
			if got := r.header.Get(api.TotalCountHeader); got != fmt.Sprint(len(want)) {
				t.Errorf("total %s, want %d", got, len(want))
			}
		})
	}
}

// idsOf is a listing in pages, as a client reads it that trusts the order.
func (p *peer) idsOf(limit, total int) []string {
	p.t.Helper()
	var ids []string
	for offset := 0; offset < total; offset += limit {
		for _, c := range p.list(fmt.Sprintf("limit=%d&offset=%d", limit, offset)) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func TestShuffleMakesNaivePagingMissRows(t *testing.T) {
	t.Parallel()
	for _, shuffle := range []bool{false, true} {
		t.Run(fmt.Sprint(shuffle), func(t *testing.T) {
			t.Parallel()
			p := serve(t, Options{Seed: 60, Shuffle: shuffle})
			ids := p.idsOf(20, 60)
			distinct := slices.Compact(slices.Sorted(slices.Values(ids)))
			if len(ids) != 60 || (len(distinct) < 60) != shuffle {
				t.Errorf("%d rows, %d of them distinct", len(ids), len(distinct))
			}
			whole := p.list("")
			slices.SortFunc(whole, cmpID)
			again := p.list("")
			if shuffle && slices.EqualFunc(whole, again, func(a, b served) bool { return a.ID == b.ID }) {
				t.Error("the order is that of the ids")
			}
			slices.SortFunc(again, cmpID)
			if diff := cmp.Diff(whole, again); diff != "" {
				t.Errorf("the content changed, too: %s", diff)
			}
		})
	}
}

func cmpID(a, b served) int {
	switch {
	case a.ID < b.ID:
		return -1
	case a.ID > b.ID:
		return 1
	}
	return 0
}

func TestInlineLogs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options Options
		want    func(absent int) bool
	}{
		"some": {Options{}, func(absent int) bool { return absent > 10 && absent < 50 }},
		"none": {Options{OmitInlineLogs: true}, func(absent int) bool { return absent == 90 }},
		"all":  {Options{InlineAllLogs: true}, func(absent int) bool { return absent == 0 }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.options.Seed = 90
			p := serve(t, test.options)
			absent := 0
			for _, row := range decode[[]map[string]json.RawMessage](t, p.get("/v3/managed-clusters")) {
				if _, ok := row[logMember]; !ok {
					absent++
				}
			}
			if !test.want(absent) {
				t.Errorf("%d of 90 rows lack %s", absent, logMember)
			}
		})
	}
}
