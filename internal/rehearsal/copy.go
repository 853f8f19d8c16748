package rehearsal

import (
	"encoding/json"
	"fmt"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/sandbox"
)

// logMember is the member of a cluster that the tenant keeps on its own.
const logMember = "logConfiguration"

// Copy returns the clusters of a snapshot for an embedded tenant that answers as the tenant of the
// snapshot did. Members that may be secrets are left out.
func Copy(s cluster.Snapshot) ([]sandbox.Copy, error) {
	seen := map[string]int{}
	for _, live := range s.Clusters {
		seen[live.ID]++
	}
	copies := make([]sandbox.Copy, 0, len(s.Clusters))
	for _, live := range s.Clusters {
		c, err := copyOf(live, live.ID != "" && seen[live.ID] == 1)
		if err != nil {
			return nil, fmt.Errorf("cluster %q cannot be copied: %w", live.ID, err)
		}
		copies = append(copies, c)
	}
	return copies, nil
}

// copyOf copies one cluster. One without an id of its own is copied as a row of the listing.
func copyOf(live cluster.Live, hasID bool) (sandbox.Copy, error) {
	doc, err := withoutSecrets(live.Document)
	if err != nil || !hasID {
		return sandbox.Copy{Document: doc}, err
	}
	c := sandbox.Copy{ID: live.ID, LogUnreadable: live.Log.Problem != "", Log: copyOfLog(live.Log.Config)}
	c.Document, c.Inline, err = withoutLog(doc)
	return c, err
}

// withoutLog splits a document into its log configuration and the rest.
func withoutLog(doc json.RawMessage) (rest, log json.RawMessage, err error) {
	fields, err := api.FieldsOf(doc)
	if err != nil {
		return nil, nil, err
	}
	log = fields[logMember]
	delete(fields, logMember)
	rest, err = jsonpatch.Encode(fields)
	return rest, log, err
}

func copyOfLog(config *cluster.LiveLogConfig) *sandbox.CopiedLog {
	if config == nil {
		return nil
	}
	var levels map[string]string
	for class, level := range config.LogLevels {
		if levels == nil {
			levels = map[string]string{}
		}
		levels[class] = string(level)
	}
	return &sandbox.CopiedLog{RootLevel: string(config.RootLevel), LogLevels: levels, Expiration: config.Expiration}
}
