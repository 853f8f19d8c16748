package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/progress"
	"clusterctl/internal/remote"
)

// tenantOptions say which tenant, and how to work with it.
type tenantOptions struct {
	baseURL     string
	apiVersion  string
	clientID    string
	secretFile  string
	caFile      string
	sandbox     string
	selection   cluster.Selection
	strict      bool // what is in no file counts
	rate        api.Rate
	timeout     time.Duration
	deadline    time.Duration
	retries     int
	parallelism int
	now         time.Time // zero: the present
	verbose     bool
	quiet       bool
	readOnly    bool
	// trustListing takes a listing that is not verified to be complete.
	trustListing bool
	// confirmed is true where the absence of any cluster matters: a listing of
	// several pages is then always confirmed by a second one.
	confirmed bool
}

const maxParallelism = 100

func tenantFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "base-url", Category: "Tenant:", Usage: "`URL` of the tenant's API, such as https://acme.api.identitynow.com (or SAIL_BASE_URL)"},
		&cli.StringFlag{Name: "api-version", Category: "Tenant:", Usage: "`VERSION` of the API: v3, v2024, v2025, v2026, or v1 for /managed-clusters/v1 (default: that of the base URL, else v3)"},
		&cli.StringFlag{Name: "client-id", Category: "Tenant:", Usage: "client `ID` of the credentials (or SAIL_CLIENT_ID); the secret comes from SAIL_CLIENT_SECRET"},
		&cli.StringFlag{Name: "client-secret-file", Category: "Tenant:", Usage: "read the client secret from `FILE`"},
		&cli.StringFlag{Name: "ca-file", Category: "Tenant:", Usage: "trust the certificates in `FILE` (PEM) as well, such as those of a proxy"},
		&cli.StringFlag{Name: "sandbox", Category: "Tenant:", Usage: "instead of a tenant, use the embedded one whose state is in `DIR`"},

		&cli.IntFlag{Name: "parallelism", Value: 10, Category: "Work:", Usage: "requests under way at once"},
		&cli.StringFlag{Name: "rate-limit", Value: "100/10s", Category: "Work:", Usage: "never send more requests than `N/SPAN`"},
		&cli.DurationFlag{Name: "timeout", Value: 30 * time.Second, Category: "Work:", Usage: "time for one request"},
		&cli.DurationFlag{Name: "deadline", DefaultText: "none", Category: "Work:", Usage: "time for the whole run"},
		&cli.IntFlag{Name: "retries", Value: 4, Category: "Work:", Usage: "how often a failed request is repeated, where it may be"},
		&cli.StringFlag{Name: "now", Category: "Work:", Usage: "plan as if it were `TIME` (RFC 3339), for reproducible plans; the clock of an embedded tenant starts there, too"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"v"}, Category: "Output:", Usage: "log each request on standard error"},
	}
}

func tenantOptionsOf(c *cli.Context, e env) (tenantOptions, error) {
	o := tenantOptions{
		baseURL:      firstOf(c.String("base-url"), e.Getenv("SAIL_BASE_URL")),
		apiVersion:   c.String("api-version"),
		clientID:     firstOf(c.String("client-id"), e.Getenv("SAIL_CLIENT_ID")),
		secretFile:   c.String("client-secret-file"),
		caFile:       c.String("ca-file"),
		sandbox:      c.String("sandbox"),
		timeout:      c.Duration("timeout"),
		deadline:     c.Duration("deadline"),
		retries:      c.Int("retries"),
		parallelism:  c.Int("parallelism"),
		verbose:      c.Bool("verbose"),
		quiet:        c.Bool("quiet"),
		trustListing: c.Bool("trust-listing"),
	}
	var err error
	if o.rate, err = parseRate(c.String("rate-limit")); err != nil {
		return o, err
	}
	if o.selection, err = selectionOf(c); err != nil {
		return o, err
	}
	if o.now, err = nowOf(c); err != nil {
		return o, err
	}
	switch {
	case o.sandbox != "" && c.String("base-url") != "":
		return o, usageErrorf("--sandbox and --base-url exclude each other")
	case o.parallelism < 1 || o.parallelism > maxParallelism:
		return o, usageErrorf("--parallelism %d: not from 1 to %d", o.parallelism, maxParallelism)
	case o.timeout <= 0:
		return o, usageErrorf("--timeout %s: not more than nothing", o.timeout)
	case o.deadline < 0:
		return o, usageErrorf("--deadline %s: negative", o.deadline)
	case o.retries < 0:
		return o, usageErrorf("--retries %d: negative", o.retries)
	}
	return o, nil
}

// firstOf is the first value that is not blank, trimmed: files and pipelines tend to add
// white space.
func firstOf(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// parseRate reads N/SPAN, such as 100/10s.
func parseRate(s string) (api.Rate, error) {
	count, span, _ := strings.Cut(s, "/")
	n, errCount := strconv.Atoi(count)
	d, errSpan := time.ParseDuration(span)
	if errCount != nil || errSpan != nil || n < 1 || d <= 0 {
		return api.Rate{}, usageErrorf("--rate-limit %q: not a rate such as 100/10s", s)
	}
	return api.Rate{Requests: n, Span: d}, nil
}

// config is the client's configuration: for the tenant, or for an embedded one, which
// it starts.
func (o tenantOptions) config(ctx context.Context, e env, org string, shown *progress.Meter) (config remote.Config, closeTenant func() error, err error) {
	config = remote.Config{
		Base:        e.Transport,
		ReadOnly:    o.readOnly,
		Rate:        o.rate,
		Timeout:     o.timeout,
		Retries:     o.retries,
		Parallelism: o.parallelism,
		Observer:    observer(e, o, shown),
		UserAgent:   toolName(),
		Mask:        e.Masker.Text,
	}
	if o.sandbox != "" {
		return o.embedded(e, config, org)
	}
	if o.baseURL == "" {
		return config, nil, usageErrorf("no tenant (give --base-url or set SAIL_BASE_URL, or rehearse with --sandbox DIR)")
	}
	if config.Root, err = o.root(); err != nil {
		return config, nil, err
	}
	if config.Base, err = o.transport(ctx, e); err != nil {
		return config, nil, err
	}
	config.Credentials, err = o.credentials(ctx, e)
	return config, func() error { return nil }, err
}

func (o tenantOptions) root() (api.Root, error) {
	if o.apiVersion == "" {
		return api.ParseRoot(o.baseURL, "")
	}
	version, err := api.ParseVersion(o.apiVersion)
	if err != nil {
		return api.Root{}, usageErrorf("--api-version: %s", err)
	}
	return api.ParseRoot(o.baseURL, version)
}
