package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
)

const (
	// maxReads is how often a listing is read and united until it is complete:
	// its order need not be stable, so that one reading can miss what another
	// shows.
	maxReads = 8
	// maxStarts is how often reading begins anew because the collection changed
	// underneath.
	maxStarts = 3
)

// errMoved reports that the collection changed while it was read.
var errMoved = errors.New("the collection changed while it was read")

// Need says what has to be known of a tenant beside its clusters.
type Need struct {
	// Log tells of which clusters the log configuration is needed.
	Log func(cluster.Live) bool
	// Missing reports whether a cluster is not listed that should be there.
	// What is missing from a listing of several pages is not taken to be
	// missing from the tenant before a second listing says the same: a page
	// boundary moves under it where clusters are added and deleted meanwhile.
	Missing func([]cluster.Live) bool
	// Name is set where only the clusters of this name are needed.
	Name string
}

// Snapshot reads the clusters of the tenant, all of them, and the log
// configuration of those that need it and whose listing did not say.
func (c *Client) Snapshot(ctx context.Context, tenant cluster.Tenant, need Need) (cluster.Snapshot, error) {
	clusters, proof, err := c.listNeeded(ctx, need)
	if err != nil {
		return cluster.Snapshot{}, err
	}
	if err := c.readLogs(ctx, clusters, need.Log); err != nil {
		return cluster.Snapshot{}, err
	}
	return cluster.Snapshot{Tenant: tenant, Clusters: clusters, Proof: proof}, nil
}

// listNeeded lists the clusters of one name, where that is all that is needed,
// or all of them.
func (c *Client) listNeeded(ctx context.Context, need Need) ([]cluster.Live, cluster.Proof, error) {
	if need.Name != "" {
		return c.listByName(ctx, need.Name)
	}
	return c.listTwiceIfMissing(ctx, need.Missing)
}

// FindByName looks up the clusters of exactly this name.
func (c *Client) FindByName(ctx context.Context, name string) (cluster.Found, error) {
	named, proof, err := c.unobserved().listByName(ctx, name)
	return cluster.Found{Clusters: named, Verified: proof.Verified}, err
}

func (c *Client) listByName(ctx context.Context, name string) ([]cluster.Live, cluster.Proof, error) {
	clusters, proof, err := c.list(ctx, nameFilter(name))
	if api.StatusOf(err) == http.StatusBadRequest { // a server that does not filter by name
		clusters, proof, err = c.listTwiceIfMissing(ctx, lacks(name))
	}
	if err != nil {
		return nil, cluster.Proof{}, err
	}
	var named []cluster.Live
	for _, live := range clusters { // a filter may ignore case
		if live.Name == name {
			named = append(named, live)
		}
	}
	return named, proof, nil
}

// List lists all clusters. That none of them has the name is confirmed by a second
// listing if there are several pages.
func (c *Client) List(ctx context.Context, name string) ([]cluster.Live, cluster.Proof, error) {
	return c.unobserved().listTwiceIfMissing(ctx, lacks(name))
}

// lacks reports whether no cluster of a listing has a name.
func lacks(name string) func([]cluster.Live) bool {
	return func(listed []cluster.Live) bool {
		return !slices.ContainsFunc(listed, func(live cluster.Live) bool { return live.Name == name })
	}
}

func nameFilter(name string) string {
	return `name eq "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// listTwiceIfMissing lists until two listings in a row agree, where one alone
// would prove too little.
func (c *Client) listTwiceIfMissing(ctx context.Context, missing func([]cluster.Live) bool) ([]cluster.Live, cluster.Proof, error) {
	clusters, proof, err := c.list(ctx, "")
	for range maxStarts {
		if err != nil || proof.Pages == proof.Reads || !missing(clusters) {
			return clusters, proof, err
		}
		again, proofAgain, errAgain := c.list(ctx, "")
		proofAgain.Pages += proof.Pages
		proofAgain.Reads += proof.Reads
		if errAgain != nil || sameIDs(clusters, again) {
			return again, proofAgain, errAgain
		}
		clusters, proof = again, proofAgain
	}
	return nil, cluster.Proof{}, neverAtRest(errMoved)
}

func sameIDs(a, b []cluster.Live) bool {
	ids := make(map[string]bool, len(a))
	for _, live := range a {
		ids[live.ID] = true
	}
	for _, live := range b {
		if !ids[live.ID] {
			return false
		}
	}
	return len(a) == len(b)
}

func neverAtRest(err error) error {
	return fmt.Errorf("GET %s: %w, %d times over (try again when fewer changes are made)", api.ClustersPath, err, maxStarts)
}

// list reads a listing until it is proven complete: as many distinct ids as the
// tenant counted. Anything else is an error, never a part of the clusters.
func (c *Client) list(ctx context.Context, filter string) ([]cluster.Live, cluster.Proof, error) {
	var err error
	pages := 0
	for range maxStarts {
		l := listing{client: c, filter: filter, seen: map[string]int{}, proof: cluster.Proof{Pages: pages}}
		if err = l.readUntilComplete(ctx); err == nil {
			l.proof.Verified = l.counted
			return l.clusters, l.proof, nil
		}
		if !errors.Is(err, errMoved) {
			return nil, cluster.Proof{}, err
		}
		pages = l.proof.Pages
	}
	return nil, cluster.Proof{}, neverAtRest(err)
}

// listing unites the readings of one collection.
type listing struct {
	client   *Client
	filter   string
	clusters []cluster.Live
	seen     map[string]int // id → place in clusters
	proof    cluster.Proof
	counted  bool // by the tenant
}

func (l *listing) readUntilComplete(ctx context.Context) error {
	for l.proof.Reads < maxReads {
		total, err := l.read(ctx)
		if err != nil {
			return err
		}
		l.proof.Reads++
		l.proof.Listed = len(l.clusters)
		moved := l.proof.Reads > 1 && total != l.proof.Total
		l.proof.Total = total
		switch {
		case moved, l.proof.Listed > total:
			return errMoved
		case l.proof.Listed == total:
			return nil
		}
	}
	return fmt.Errorf("GET %s: only %d of %d clusters in %d readings (nothing is planned from a part of the tenant)",
		api.ClustersPath, l.proof.Listed, l.proof.Total, maxReads)
}

// read reads all pages once and returns the count that the tenant gave with
// the first, or what was listed up to an empty page where it gave none.
func (l *listing) read(ctx context.Context) (total int, err error) {
	first, err := l.client.page(ctx, l.filter, 0)
	if err != nil {
		return 0, err
	}
	l.tellBegin(first)
	l.counted = first.total >= 0
	l.unite(first.clusters)
	if first.total < 0 {
		return l.readToEmptyPage(ctx, len(first.clusters))
	}
	if len(first.clusters) == 0 {
		return first.total, nil
	}
	return first.total, l.readFurther(ctx, len(first.clusters), first.total)
}

// tellBegin tells that reading has begun, with the first page. One by name is over
// with it.
func (l *listing) tellBegin(first page) {
	if l.filter == "" {
		l.client.config.Observer.reading(Clusters, first.total)
		l.tellOf(first)
	}
}

// tellOf tells of a page that was read.
func (l *listing) tellOf(p page) { l.client.config.Observer.read(len(p.clusters)) }

// readFurther reads the pages behind the first at once. The size of the first
// tells the size of a page: a server may cap it lower than was asked.
func (l *listing) readFurther(ctx context.Context, size, total int) error {
	var offsets []int
	for offset := size; offset < total; offset += size {
		offsets = append(offsets, offset)
	}
	pages := make([]page, len(offsets))
	group, ctx := crash.NewGroup(ctx, l.client.config.Parallelism)
	for i, offset := range offsets {
		group.Go(func() (err error) {
			pages[i], err = l.client.page(ctx, l.filter, offset)
			l.tellOf(pages[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, p := range pages {
		l.unite(p.clusters)
	}
	return nil
}

// maxUncounted bounds a listing that gives no count and no end.
const maxUncounted = 1000

// readToEmptyPage reads page after page where the tenant gives no count, until
// one brings nothing. A short page is no end: a server may cap its pages lower
// than was asked. After a full last page the next offset may be answered by a
// 400, which is one.
func (l *listing) readToEmptyPage(ctx context.Context, size int) (total int, err error) {
	for offset, pages := size, 1; size > 0; offset += size {
		if pages++; pages > maxUncounted {
			return 0, fmt.Errorf("GET %s: no end after %d pages", api.ClustersPath, maxUncounted)
		}
		p, err := l.client.page(ctx, l.filter, offset)
		if api.StatusOf(err) == http.StatusBadRequest && strings.Contains(err.Error(), "offset") {
			break
		}
		if err != nil {
			return 0, err
		}
		l.tellOf(p)
		known := len(l.clusters)
		l.unite(p.clusters)
		if len(l.clusters) == known { // nothing more, or a server that knows no offset
			break
		}
		size = len(p.clusters)
	}
	return len(l.clusters), nil
}

// unite adds what is new and brings up to date what is known.
func (l *listing) unite(clusters []cluster.Live) {
	l.proof.Pages++
	for _, live := range clusters {
		if i, ok := l.seen[live.ID]; ok {
			l.clusters[i] = live
			continue
		}
		l.seen[live.ID] = len(l.clusters)
		l.clusters = append(l.clusters, live)
	}
}

// page is one page of a listing; total is -1 where the tenant did not count.
type page struct {
	clusters []cluster.Live
	total    int
}

func (c *Client) page(ctx context.Context, filter string, offset int) (page, error) {
	a, err := c.get(ctx, pageResource(filter, offset))
	if err != nil {
		return page{}, err
	}
	return decodePage(a)
}

func decodePage(a answer) (page, error) {
	var docs []json.RawMessage
	if err := json.Unmarshal(a.body, &docs); err != nil || docs == nil {
		return page{}, unreadable(a.exchange, errNoList(err))
	}
	p := page{clusters: make([]cluster.Live, 0, len(docs)), total: -1}
	for _, doc := range docs {
		live, err := decodeCluster(doc)
		if err != nil {
			return page{}, unreadable(a.exchange, err)
		}
		p.clusters = append(p.clusters, live)
	}
	if header := a.header.Get(api.TotalCountHeader); header != "" {
		var err error
		if p.total, err = strconv.Atoi(header); err != nil || p.total < 0 {
			return page{}, unreadable(a.exchange, fmt.Errorf("%s is %q, not a count", api.TotalCountHeader, header))
		}
	}
	return p, nil
}

func errNoList(err error) error {
	if err == nil {
		return errors.New("answer is not a list of clusters")
	}
	return fmt.Errorf("answer is not a list of clusters: %w", err)
}

// pageResource asks for one page; the count is asked for with the first alone,
// since counting costs the tenant.
func pageResource(filter string, offset int) string {
	resource := api.ClustersPath + "?limit=" + strconv.Itoa(api.MaxPage) + "&offset=" + strconv.Itoa(offset)
	if offset == 0 {
		resource += "&count=true"
	}
	if filter != "" {
		resource += "&filters=" + strings.ReplaceAll(url.QueryEscape(filter), "+", "%20")
	}
	return resource
}
