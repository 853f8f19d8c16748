package remote

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/cluster"
)

// A response, a page and a listing of exactly the maximum size are read.
func TestLimitsAreInclusive(t *testing.T) {
	t.Parallel()
	answer := whole{mask: func(text string) string { return text }}
	for size, fits := range map[int]bool{0: true, 1: true, maxBody: true, maxBody + 1: false} {
		body := strings.NewReader(strings.Repeat(" ", size))
		resp := &http.Response{StatusCode: 500, Header: http.Header{}, Body: io.NopCloser(body)} // any success would be parsed
		if err := answer.readWhole(resp); (err == nil) != fits {
			t.Errorf("an answer of %d bytes: %v", size, err)
		}
	}
	for name, tt := range map[string]struct {
		before pass
		page   page
		fits   bool
	}{
		"the last page":    {pass{pages: maxPages - 1}, page{}, true},
		"a page more":      {pass{pages: maxPages}, page{}, false},
		"the last byte":    {pass{bytes: maxListing - 1}, page{bytes: 1}, true},
		"a byte more":      {pass{bytes: maxListing}, page{bytes: 1}, false},
		"a page of a byte": {pass{}, page{bytes: 1}, true},
	} {
		l := lister{seen: map[string]int{}, pass: tt.before}
		if err := l.merge(tt.page); (err == nil) != tt.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A listing by name reports no progress, and a count that no listing can reach is not reported as
// total.
func TestTotalsThatAreObserved(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		filter string
		total  int
		want   []int
	}{
		"by name":    {"name eq x", 1, nil},
		"none":       {"", 0, []int{0}},
		"uncounted":  {"", -1, []int{-1}},
		"reachable":  {"", maxPages * 250, []int{maxPages * 250}},
		"impossible": {"", maxPages*250 + 1, []int{-1}},
	} {
		var totals []int
		read := 0
		c := &Client{config: Config{Observer: Observer{
			Reading: func(_ Reading, total int) { totals = append(totals, total) },
			Read:    func(n int) { read += n },
		}}}
		l := lister{client: c, filter: tt.filter}
		l.observeFirst(page{total: tt.total, clusters: make([]cluster.Live, 3)})
		if len(totals) != len(tt.want) || len(totals) == 1 && (totals[0] != tt.want[0] || read != 3) || len(totals) == 0 && read != 0 {
			t.Errorf("%s: totals %v, %d read", name, totals, read)
		}
	}
}
