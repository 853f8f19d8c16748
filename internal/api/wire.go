package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Paths relative to the version's root, except TokenPath and InfoPath, which are relative to the
// base URL.
const (
	TokenPath    = "/oauth/token"
	InfoPath     = "/oauth/info"
	ClustersPath = "/managed-clusters"
	// PendingPath is the path of a cluster that does not exist yet: its id will replace {id}.
	PendingPath = ClustersPath + "/{id}"
	// LogConfigSuffix, after the path of a cluster, gives the path of its log configuration.
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

// ClusterPath returns the path of one cluster, with the id escaped as a path segment.
func ClusterPath(id string) string { return ClustersPath + "/" + url.PathEscape(id) }

// LogConfigPath returns the path of a cluster's log configuration.
func LogConfigPath(id string) string { return ClusterPath(id) + LogConfigSuffix }

// DeletePath returns the path and query that delete a cluster. Without removeClients the tenant
// refuses to delete one that has clients.
func DeletePath(id string, removeClients bool) string {
	if removeClients {
		return ClusterPath(id) + "?" + ParamRemoveClients + "=true"
	}
	return ClusterPath(id)
}

// ListPath returns the path and query of a page of clusters. An empty filter lists all of them.
// The tenant counts them only on request, since counting costs time.
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

// ContentType returns the content type of a request's body, and "" for a request without a body.
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

// Exchange is one request to a tenant and its response: enough to find it in the vendor's logs.
type Exchange struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Status    int    `json:"status"`
	RequestID string `json:"requestId,omitempty"`
}

// Answer is a write that the tenant accepted. Now is the current state of the resource.
type Answer[T any] struct {
	Exchange Exchange
	Now      T
}

// Rate is a rate limit: at most Requests in any Span. The zero Rate is no limit.
type Rate struct {
	Requests int
	Span     time.Duration
}

// MaxPage is the largest page of a listing, and the default.
const MaxPage = 250

// Cluster holds fields of the sandbox's clusters. A client reads a response field by field
// (Fields), since any field may have an unexpected form.
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

// LogConfig is a log configuration in a response (Expiration and DurationMinutes both set) or a
// request (at most one of them).
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
