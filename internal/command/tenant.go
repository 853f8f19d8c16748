package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
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
	waivers     []planner.Waiver
	strict      bool // unmanaged clusters matter
	rate        api.Rate
	timeout     time.Duration
	deadline    time.Duration
	retries     int
	parallelism *int      // nil: autoParallelism
	now         time.Time // zero: the present
	verbose     bool
	quiet       bool
	readOnly    bool
	// trustListing accepts an unverified listing.
	trustListing bool
	// confirmed is true if the absence of a cluster matters: a second listing then always
	// confirms a listing of several pages.
	confirmed bool
}

const maxParallelism = 100

func (o *tenantOptions) flags() []cli.Flag {
	return append(o.accessFlags(), []cli.Flag{
		{Name: "sandbox", Section: "Tenant:", To: cli.String(&o.sandbox), Usage: "use the sandbox in `DIR` (an embedded tenant) instead of a real tenant"},

		{
			Name: "parallelism", Section: "Performance:", To: cli.OptionalInt(&o.parallelism), DefaultText: "10 to 50, by the rate limit",
			Usage: "send up to `N` requests at once; fewer if the tenant slows down",
		},
		{Name: "rate-limit", Section: "Performance:", To: cli.Parsed(&o.rate, parseRate), Default: "100/10s", Usage: "limit requests to `N/SPAN`"},
		{Name: "timeout", Section: "Performance:", To: cli.Duration(&o.timeout), Default: "30s", Usage: "limit each request to `DURATION`"},
		{Name: "deadline", Section: "Performance:", To: cli.Duration(&o.deadline), DefaultText: "none", Usage: "limit the whole run to `DURATION`"},
		{Name: "retries", Section: "Performance:", To: cli.Int(&o.retries), Default: "4", Usage: "retry failed requests up to `N` times, if that is safe"},
		{Name: "now", Section: "Selection:", To: cli.Parsed(&o.now, parseTime), Usage: "use `TIME` as the current time (RFC 3339), for reproducible plans; also starts the clock of an embedded tenant"},
		{Name: "verbose", Short: "v", Section: "Output:", To: cli.Bool(&o.verbose), Usage: "log each request on standard error"},
	}...)
}

// accessFlags say which tenant to use, and with which credentials.
func (o *tenantOptions) accessFlags() []cli.Flag {
	return []cli.Flag{
		{Name: "base-url", Section: "Tenant:", To: cli.String(&o.baseURL), Usage: "use the tenant's API at `URL`, such as https://acme.api.identitynow.com (or set SAIL_BASE_URL)"},
		{
			Name: "api-version", Section: "Tenant:", To: cli.String(&o.apiVersion), Words: []string{"v3", "v2024", "v2025", "v2026", "v1"},
			Usage: "use `VERSION` of the API: v3, v2024, v2025, v2026, or v1 for /managed-clusters/v1 (default: the one in the base URL, else v3)",
		},
		{Name: "client-id", Section: "Tenant:", To: cli.String(&o.clientID), Usage: "authenticate with client `ID` (or set SAIL_CLIENT_ID); set the secret in SAIL_CLIENT_SECRET"},
		{Name: "client-secret-file", Section: "Tenant:", To: cli.String(&o.secretFile), Usage: "read the client secret from `FILE`"},
		{Name: "ca-file", Section: "Tenant:", To: cli.String(&o.caFile), Usage: "trust the CA certificates in `FILE`, too (PEM; for example those of a proxy)"},
	}
}

// check refuses invalid values, and adds the variables SAIL_BASE_URL and SAIL_CLIENT_ID.
func (o *tenantOptions) check(e env, to output) error {
	switch {
	case o.sandbox != "" && o.baseURL != "":
		return errors.New("--sandbox and --base-url cannot be combined")
	case o.parallelism != nil && (*o.parallelism < 1 || *o.parallelism > maxParallelism):
		return fmt.Errorf("--parallelism %d: must be from 1 to %d", *o.parallelism, maxParallelism)
	case o.timeout <= 0:
		return fmt.Errorf("--timeout %s: must be greater than 0", o.timeout)
	case o.deadline < 0:
		return fmt.Errorf("--deadline %s: must not be negative", o.deadline)
	case o.retries < 0:
		return fmt.Errorf("--retries %d: must not be negative", o.retries)
	}
	// Files and pipelines tend to add white space.
	o.baseURL = cmp.Or(strings.TrimSpace(o.baseURL), strings.TrimSpace(e.Getenv("SAIL_BASE_URL")))
	o.clientID = cmp.Or(strings.TrimSpace(o.clientID), strings.TrimSpace(e.Getenv("SAIL_CLIENT_ID")))
	o.quiet = to.quiet
	return nil
}

// atOnce returns the most requests to send at once: without a flag the number that the rate
// limit allows in a second. More would only wait, and an interrupt lets all changes in progress finish.
func (o *tenantOptions) atOnce() int {
	if o.parallelism != nil {
		return *o.parallelism
	}
	perSecond := float64(o.rate.Requests) / o.rate.Span.Seconds()
	return int(min(max(perSecond, 10), 50))
}

// parseRate reads N/SPAN, such as 100/10s.
func parseRate(s string) (api.Rate, error) {
	count, span, _ := strings.Cut(s, "/")
	n, errCount := strconv.Atoi(count)
	d, errSpan := time.ParseDuration(span)
	if errCount != nil || errSpan != nil || n < 1 || d <= 0 {
		return api.Rate{}, errors.New("expected a rate such as 100/10s")
	}
	return api.Rate{Requests: n, Span: d}, nil
}

// config returns the client's configuration: for the tenant, or for a sandbox, which it
// starts.
func (o tenantOptions) config(ctx context.Context, e env, org string, shown *progress.Meter) (config remote.Config, closeTenant func() error, err error) {
	config = remote.Config{
		Base: e.Transport, ReadOnly: o.readOnly, Rate: o.rate, Timeout: o.timeout, Retries: o.retries, Parallelism: o.atOnce(),
		Observer: observer(e, o, shown), UserAgent: toolName(), Mask: e.Masker.Text, Jitter: e.Jitter,
	}
	if o.sandbox != "" {
		return o.onSandbox(e, config, org)
	}
	if o.baseURL == "" {
		return config, nil, fmt.Errorf("no tenant given (%suse --base-url or SAIL_BASE_URL, or rehearse with --sandbox DIR)", e.projectHint())
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
		return api.Root{}, fmt.Errorf("--api-version: %w", err)
	}
	return api.ParseRoot(o.baseURL, version)
}

// parseTime reads a time as files have it.
func parseTime(text string) (time.Time, error) {
	t, ok := desired.ParseTime(text)
	if !ok {
		return time.Time{}, errors.New("expected a time such as 2026-11-23T18:00:00Z")
	}
	return t, nil
}

// clock returns the time to plan at.
func (o tenantOptions) clock(e env) time.Time { return cmp.Or(o.now, e.Now()) }

// tenantClock returns the tenant's clock. --now sets only that of a sandbox.
func (o tenantOptions) tenantClock(e env) func() time.Time {
	if o.sandbox == "" {
		return e.Now
	}
	return clockFrom(o.now, e.Now)
}

// present returns the time at which a saved plan runs. A --now in the past must not make an
// expired plan valid.
func (o tenantOptions) present(e env) time.Time {
	return slices.MaxFunc([]time.Time{o.tenantClock(e)(), o.clock(e)}, time.Time.Compare)
}

// clockFrom returns a clock that begins at start, unless that is zero.
func clockFrom(start time.Time, now func() time.Time) func() time.Time {
	if start.IsZero() {
		return now
	}
	set := now()
	return func() time.Time { return start.Add(now().Sub(set)) }
}
