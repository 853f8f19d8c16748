package remote

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonscan"
)

// page is one page of a listing; total is -1 without a count.
type page struct {
	clusters     []cluster.Live
	total, bytes int
}

// page reads one page. Only the first requests a count, since counting costs the tenant time.
func (c *Client) page(ctx context.Context, filter string, offset int) (page, error) {
	a, err := c.get(ctx, api.ListPath(api.MaxPage, offset, offset == 0, filter))
	if err != nil {
		return page{}, err
	}
	return decodePage(a)
}

// decodePage decodes a page. A malformed row does not affect the others.
func decodePage(a answer) (page, error) {
	docs, isList := jsonscan.Elements(a.body)
	if !isList {
		return page{}, unreadable(a.exchange, errors.New("the response is not a list of clusters (check the base URL, the API version and any proxy)"))
	}
	p := page{clusters: make([]cluster.Live, 0, len(docs)), total: countedIn(a.header), bytes: len(a.body)}
	for _, doc := range docs {
		p.clusters = append(p.clusters, decodeCluster(doc))
	}
	return p, nil
}

// countedIn returns the tenant's count, or -1 without a valid one.
func countedIn(header http.Header) int {
	total, err := strconv.Atoi(header.Get(api.TotalCountHeader))
	if err != nil || total < 0 {
		return -1
	}
	return total
}
