package remote_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clusterctl/internal/api"
)

// repeated are listings with repeated ids, and the names of the resulting clusters.
func repeated() map[string]struct {
	rows  string
	names []string
} {
	return map[string]struct {
		rows  string
		names []string
	}{
		"the same":        {`{"id":"1","name":"a"},{"id":"1","name":"a"}`, []string{"a"}},
		"twice the same":  {`{"id":"1","name":"a"},{"id":"1","name":"a"},{"id":"2","name":"c"},{"id":"2","name":"c"},{"id":"3","name":"e"}`, []string{"a", "c", "e"}},
		"another name":    {`{"id":"1","name":"a"},{"id":"1","name":"b"}`, []string{"a", "b"}},
		"three, two same": {`{"id":"1","name":"a"},{"id":"1","name":"b"},{"id":"1","name":"a"}`, []string{"a", "b"}},
		"two times two":   {`{"id":"1","name":"a"},{"id":"2","name":"c"},{"id":"1","name":"b"},{"id":"2","name":"d"}`, []string{"a", "c", "b", "d"}},
	}
}

// Equal rows with one id on one page are one cluster. Different rows are all listed, whether the
// tenant counts rows or ids.
func TestRowsOfOneID(t *testing.T) {
	t.Parallel()
	for name, tt := range repeated() {
		rows := rowsOf(t, tt.rows)
		for how, count := range map[string]int{"ids": len(idsOf(rows)), "rows": len(rows)} {
			for whose, ignoresOffset := range map[string]bool{"": false, ", and offsets are ignored": true} {
				t.Run(name+", counted by "+how+whose, func(t *testing.T) {
					t.Parallel()
					s, err := list(t, paging(t, rows, count, len(rows), ignoresOffset), nothing())
					var names []string
					for _, live := range s.Clusters {
						names = append(names, live.Name)
						if isSame := strings.Contains(name, "the same"); isSame != (live.Problem == "") {
							t.Errorf("%s: problem %q", live.Name, live.Problem)
						}
					}
					if err != nil || !slices.Equal(names, tt.names) || !s.Listing.Verified || s.Listing.Reads != 1 {
						t.Errorf("%v: %q, %+v", err, names, s.Listing)
					}
				})
			}
		}
	}
}

// Repeated rows move others to pages beyond the count. A listing without these is never verified.
func TestNoClusterIsLostBehindRepeatedRows(t *testing.T) {
	t.Parallel()
	for name, tt := range repeated() {
		rows := rowsOf(t, tt.rows)
		for _, count := range []int{len(idsOf(rows)), len(rows)} {
			for size := 1; size <= len(rows); size++ {
				t.Run(fmt.Sprintf("%s, count %d, pages of %d", name, count, size), func(t *testing.T) {
					t.Parallel()
					s, err := list(t, paging(t, rows, count, size, false), nothing())
					if err != nil || !s.Listing.Verified {
						return
					}
					ids := map[string]bool{}
					for _, live := range s.Clusters {
						ids[live.ID] = true
					}
					if len(ids) != len(idsOf(rows)) {
						t.Errorf("verified with %d of %d ids", len(ids), len(idsOf(rows)))
					}
				})
			}
		}
	}
}

func rowsOf(t *testing.T, list string) (rows []json.RawMessage) {
	t.Helper()
	if err := json.Unmarshal([]byte("["+list+"]"), &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

func idsOf(rows []json.RawMessage) map[string]bool {
	ids := map[string]bool{}
	for _, row := range rows {
		var cluster struct{ ID string }
		if json.Unmarshal(row, &cluster) == nil {
			ids[cluster.ID] = true
		}
	}
	return ids
}

// paging is a tenant that serves rows in pages of a size.
func paging(t *testing.T, rows []json.RawMessage, count, size int, ignoresOffset bool) *fake {
	t.Helper()
	return newFake(t, func(w http.ResponseWriter, r *http.Request) {
		offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
		if err != nil || ignoresOffset {
			offset = 0
		}
		w.Header().Set(api.TotalCountHeader, strconv.Itoa(count))
		if err := json.NewEncoder(w).Encode(rows[min(offset, len(rows)):min(offset+size, len(rows))]); err != nil {
			t.Error(err)
		}
	})
}
