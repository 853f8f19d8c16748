package desired

import (
	"maps"

	"clusterctl/internal/cluster"
)

// mergeDefaults gives a cluster the defaults of its file:
//
//	type, description                  where the cluster does not state it
//	configuration, updatePreferences   key by key; a key that the cluster
//	                                   states wins, null included
//	logConfig                          as a whole, where the cluster has none
//	                                   (it is managed as a whole)
//
// An absent cluster has no settings and takes none.
func mergeDefaults(c *cluster.Cluster, defaults cluster.Cluster) {
	if c.State == cluster.Absent {
		return
	}
	if c.Type == nil {
		c.Type = defaults.Type
	}
	if c.Description == nil {
		c.Description = defaults.Description
	}
	c.Configuration = mergedSettings(defaults.Configuration, c.Configuration)
	c.UpdatePreferences = mergedSettings(defaults.UpdatePreferences, c.UpdatePreferences)
	if c.LogConfig == nil {
		c.LogConfig = clone(defaults.LogConfig)
	}
}

// mergedSettings is nil where neither is declared. No two clusters share a map.
func mergedSettings(under, over cluster.Settings) cluster.Settings {
	if under == nil {
		return over
	}
	merged := maps.Clone(under)
	maps.Copy(merged, over)
	return merged
}

func clone(c *cluster.LogConfig) *cluster.LogConfig {
	if c == nil {
		return nil
	}
	copied := *c
	copied.LogLevels = maps.Clone(c.LogLevels)
	return &copied
}
