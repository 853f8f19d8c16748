package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Paths relative to the version's root, but for TokenPath and InfoPath, which
// are relative to the address itself.
const (
	TokenPath    = "/oauth/token"
	InfoPath     = "/oauth/info"
	ClustersPath = "/managed-clusters"
	// PendingPath is the path of a cluster that is still to be created: its id takes
	// the place of {id}.
	PendingPath = ClustersPath + "/{id}"
	// LogConfigSuffix follows the path of a cluster in that of its log configuration.
	LogConfigSuffix = "/log-config"
)

// The query parameters.
const (
	ParamLimit         = "limit"
	ParamOffset        = "offset"
	ParamCount         = "count"
	ParamFilters       = "filters"
	ParamRemoveClients = "removeClients"
)

// ClusterPath is the path of one cluster. The id is escaped as a path segment.
func ClusterPath(id string) string { return ClustersPath + "/" + url.PathEscape(id) }

// LogConfigPath is the path of one cluster's log configuration.
func LogConfigPath(id string) string { return ClusterPath(id) + LogConfigSuffix }

// DeletePath is the path and query that delete a cluster. Without
// removeClients the tenant refuses to delete one that has clients.
func DeletePath(id string, removeClients bool) string {
	if removeClients {
		return ClusterPath(id) + "?" + ParamRemoveClients + "=true"
	}
	return ClusterPath(id)
}

// ListPath is the path and query of a page of clusters. An empty filter lists all of
// them. The tenant counts them only if asked to, since that costs it something.
func ListPath(limit, offset int, count bool, filter string) string {
	path := fmt.Sprintf("%s?%s=%d&%s=%d", ClustersPath, ParamLimit, limit, ParamOffset, offset)
	if count {
		path += "&" + ParamCount + "=true"
	}
	if filter != "" {
		path += "&" + ParamFilters + "=" + strings.ReplaceAll(url.QueryEscape(filter), "+", "%20")
	}
	return path
}

// Headers and content types.
const (
	TotalCountHeader = "X-Total-Count"
	RequestIDHeader  = "SLPT-Request-ID"
	DeprecatedHeader = "X-Deprecated"

	ContentTypeJSON  = "application/json"
	ContentTypePatch = "application/json-patch+json"
)

// ContentType is that of the body of a request; it is empty for one without a body.
func ContentType(method string) string {
	switch method {
	case http.MethodPatch:
		return ContentTypePatch
	case http.MethodPost, http.MethodPut:
		return ContentTypeJSON
	default:
		return ""
	}
}

// Exchange is one request that was sent to a tenant and what came back: enough
// to find it again in the vendor's logs.
type Exchange struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Status    int    `json:"status"`
	RequestID string `json:"requestId,omitempty"`
}

// Answer is a write that the tenant accepted, with what it was about as it is now.
type Answer[T any] struct {
	Exchange Exchange
	Now      T
}

// Rate is the tenant's limit: never more than Requests in any span of time. The
// zero Rate is no limit.
type Rate struct {
	Requests int
	Span     time.Duration
}

// MaxPage is the largest page of a listing, and the one served by default.
const MaxPage = 250

// Cluster holds fields that the sandbox serves. A client reads what it
// is served field by field (Fields), since any of them may be odd.
type Cluster struct {
	ID               string          `json:"id"`
	Name             string          `json:"name"`
	Org              string          `json:"org"`
	Type             string          `json:"type"`
	ClientIDs        []string        `json:"clientIds"`
	ServiceCount     int             `json:"serviceCount"`
	CreatedAt        *time.Time      `json:"createdAt"`
	LogConfiguration json.RawMessage `json:"logConfiguration"`
}

// LogConfig is a log configuration as served (Expiration and DurationMinutes
// both set) and as sent (one of the two at the most).
type LogConfig struct {
	ClientID        *string           `json:"clientId,omitempty"`
	RootLevel       string            `json:"rootLevel"`
	LogLevels       map[string]string `json:"logLevels,omitempty"`
	DurationMinutes *int              `json:"durationMinutes,omitempty"`
	Expiration      string            `json:"expiration,omitempty"`
}

// Info is the body of InfoPath.
type Info struct {
	TenantName string `json:"tenantName"`
	Pod        string `json:"pod"`
}
