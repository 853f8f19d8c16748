package sandbox

import (
	"cmp"
	"encoding/json"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"clusterctl/internal/api"
)

// page is the request of a listing.
type page struct {
	offset, limit int
	count         bool
	filter        filter
}

// listClusters is GET /managed-clusters.
func (t *Tenant) listClusters(c call) (answer, error) {
	p, err := parsePage(c.URL.RawQuery)
	if err != nil {
		return answer{}, err
	}
	if err := t.options.takes(p.filter); err != nil {
		return answer{}, err
	}
	var rows []json.RawMessage
	total := 0
	err = t.store.view(func(s state) error {
		listed, err := t.asListed(s, c.now)
		if err != nil {
			return err
		}
		ids, err := listed.matching(p.filter)
		if err != nil {
			return err
		}
		t.reorder(ids)
		total = len(ids)
		if ids, err = p.cut(ids); err != nil {
			return err
		}
		rows, err = t.rows(listed, ids, c)
		return err
	})
	if err != nil {
		return answer{}, err
	}
	a := jsonAnswer(http.StatusOK, rows)
	if p.count && !t.options.NoCount {
		a.with(api.TotalCountHeader, strconv.Itoa(total))
	}
	return a, nil
}

func (t *Tenant) rows(s snapshot, ids []string, c call) ([]json.RawMessage, error) {
	rows := []json.RawMessage{}
	for _, id := range ids {
		row, err := t.row(s, id, c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// row returns one cluster as in a listing.
func (t *Tenant) row(s snapshot, id string, c call) (json.RawMessage, error) {
	r, err := s.record(id)
	row := r.doc
	if err == nil && (r.shown != nil || !t.omitsLog(id)) {
		row, err = r.served(c.now)
	}
	if err != nil {
		return nil, err
	}
	return t.options.serve(row)
}

// omitsLog reports whether listings omit a cluster's logConfiguration, so that a client has to
// request it. By default this is a third of the clusters, always the same ones.
func (t *Tenant) omitsLog(id string) bool {
	if t.options.OmitInlineLogs || t.options.InlineAllLogs {
		return t.options.OmitInlineLogs
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails, as documented
	return h.Sum32()%3 == 0
}

// maxShift is the maximum distance of a row of a shuffled listing from its place: a real unstable
// order varies only among tied rows.
const maxShift = 16

// reorder changes the order of each listing if the options say so: rows near the edge of a page
// may then be on both pages or on neither.
func (t *Tenant) reorder(ids []string) {
	if !t.options.Shuffle {
		return
	}
	order := rand.New(rand.NewPCG(t.listings.Add(1), 0))
	places := make(map[string]float64, len(ids))
	for i, id := range ids {
		places[id] = float64(i) + maxShift*order.Float64()
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(places[a], places[b]) })
}

func parsePage(query string) (page, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return page{}, badRequest("malformed query: %v", err)
	}
	offset, errOffset := intParameter(values, api.ParamOffset, 0, math.MaxInt32)
	limit, errLimit := intParameter(values, api.ParamLimit, api.MaxPage, api.MaxPage)
	count, errCount := boolParameter(values, api.ParamCount)
	filter, errFilter := parseFilter(values.Get(api.ParamFilters))
	if errFilter != nil {
		errFilter = badRequest("invalid filters: %v", errFilter)
	}
	return page{offset, limit, count, filter}, cmp.Or(errOffset, errLimit, errCount, errFilter)
}

// cut returns the rows of the page. Like the real tenant, it refuses the offset after the last
// row if the rows fill the largest pages exactly.
func (p page) cut(ids []string) ([]string, error) {
	total := len(ids)
	if p.offset == total && total > 0 && total%api.MaxPage == 0 {
		return nil, badRequest("Specified offset is invalid")
	}
	from := min(p.offset, total)
	return ids[from:min(from+p.limit, total)], nil
}

func intParameter(values url.Values, name string, missing, most int) (int, error) {
	if !values.Has(name) {
		return missing, nil
	}
	n, err := strconv.Atoi(values.Get(name))
	if err != nil || n < 0 || n > most {
		return 0, badRequest("%s %q is not a whole number from 0 to %d", name, values.Get(name), most)
	}
	return n, nil
}

func boolParameter(values url.Values, name string) (bool, error) {
	switch value := values.Get(name); {
	case !values.Has(name), value == "false":
		return false, nil
	case value == "true":
		return true, nil
	default:
		return false, badRequest("%s %q is not true or false", name, value)
	}
}
