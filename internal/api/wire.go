package api

import (
	"encoding/json"
	"net/url"
	"time"
)

// Paths relative to the version's root, but for TokenPath and InfoPath, which
// are relative to the address itself.
const (
	TokenPath    = "/oauth/token"
	InfoPath     = "/oauth/info"
	ClustersPath = "/managed-clusters"
	// LogConfigSuffix follows the path of a cluster in that of its log configuration.
	LogConfigSuffix = "/log-config"
)

// ClusterPath is the path of one cluster. The id is escaped as a path segment.
func ClusterPath(id string) string { return ClustersPath + "/" + url.PathEscape(id) }

// LogConfigPath is the path of one cluster's log configuration.
func LogConfigPath(id string) string { return ClusterPath(id) + LogConfigSuffix }

// DeletePath is the path and query that delete a cluster. Without
// removeClients the tenant refuses to delete one that has clients.
func DeletePath(id string, removeClients bool) string {
	if removeClients {
		return ClusterPath(id) + "?removeClients=true"
	}
	return ClusterPath(id)
}

// Headers and content types.
const (
	TotalCountHeader = "X-Total-Count"
	RequestIDHeader  = "SLPT-Request-ID"
	DeprecatedHeader = "X-Deprecated"

	ContentTypeJSON  = "application/json"
	ContentTypePatch = "application/json-patch+json"
)

// MaxPage is the largest page of a listing, and the one served by default.
const MaxPage = 250

// CreateRequest is the body that creates a cluster: all that POST takes.
type CreateRequest struct {
	Name          string            `json:"name"`
	Type          string            `json:"type,omitempty"`
	Configuration map[string]string `json:"configuration,omitempty"`
	Description   *string           `json:"description,omitempty"`
}

// Cluster holds fields that the embedded tenant serves. A client reads what it
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

// Info is what the tenant tells of itself at InfoPath.
type Info struct {
	TenantName string `json:"tenantName"`
	Pod        string `json:"pod"`
}
