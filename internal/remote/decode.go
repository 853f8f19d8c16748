package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// decodeCluster reads one served cluster and keeps the document as it came.
func decodeCluster(doc json.RawMessage) (cluster.Live, error) {
	var served *api.Cluster
	if err := json.Unmarshal(doc, &served); err != nil {
		return cluster.Live{}, fmt.Errorf("cluster %s: %w", nameOf(doc), err)
	}
	switch {
	case served == nil || served.ID == "":
		return cluster.Live{}, errors.New("cluster without an id")
	case served.ID == "." || served.ID == "..": // no place below the listing
		return cluster.Live{}, fmt.Errorf("cluster with the id %q", served.ID)
	}
	live := cluster.Live{
		ID:       served.ID,
		Name:     served.Name,
		Type:     served.Type,
		Clients:  cluster.Exactly(len(served.ClientIDs)),
		Services: cluster.Exactly(served.ServiceCount),
		Document: doc,
		Log:      inlineLog(served.LogConfiguration),

		Status:      served.Status.Value,
		Operational: served.Operational.Value,
		CCGVersion:  served.CCGVersion.Value,
	}
	if served.CreatedAt != nil {
		live.CreatedAt = *served.CreatedAt
	}
	return live, nil
}

// nameOf names a cluster that could not be read, as far as it can.
func nameOf(doc json.RawMessage) string {
	var named struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	_ = json.Unmarshal(doc, &named) // what cannot be read stays empty
	return fmt.Sprintf("%q (%s)", named.Name, named.ID)
}

// inlineLog reads the log configuration that a cluster is served with. A key
// that is absent, an object that does not say when it ends and one that cannot
// be read leave it unknown: it is asked for where it is needed, and where it is
// not, it keeps nobody from planning. Null says that there is none.
func inlineLog(doc json.RawMessage) cluster.LogState {
	if doc == nil {
		return cluster.LogState{}
	}
	state, err := decodeLog(doc)
	if err != nil || state.Config != nil && (state.Config.RootLevel == "" || state.Config.Expiration.IsZero()) {
		return cluster.LogState{}
	}
	return state
}

// decodeLog reads a log configuration; an empty body and null say that there
// is none.
func decodeLog(doc json.RawMessage) (cluster.LogState, error) {
	if len(doc) == 0 {
		return cluster.LogState{Known: true}, nil
	}
	var served *api.LogConfig
	if err := json.Unmarshal(doc, &served); err != nil {
		return cluster.LogState{}, fmt.Errorf("log configuration: %w", err)
	}
	if served == nil {
		return cluster.LogState{Known: true}, nil
	}
	config := cluster.LiveLogConfig{RootLevel: cluster.Level(served.RootLevel)}
	if len(served.LogLevels) > 0 {
		config.LogLevels = make(map[string]cluster.Level, len(served.LogLevels))
	}
	for class, level := range served.LogLevels {
		config.LogLevels[class] = cluster.Level(level)
	}
	if served.Expiration != "" {
		expiration, err := time.Parse(time.RFC3339, served.Expiration)
		if err != nil {
			return cluster.LogState{}, fmt.Errorf("log configuration: %w", err)
		}
		config.Expiration = expiration
	}
	return cluster.LogState{Known: true, Config: &config}, nil
}
