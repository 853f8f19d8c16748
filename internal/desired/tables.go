package desired

import (
	"time"

	"clusterctl/internal/cluster"
)

// tables are the tables of the objects that are written once for each cluster.
// They are made once for each file.
type tables struct {
	cluster     []field[cluster.Cluster]
	logConfig   []field[cluster.LogConfig]
	preferences []field[cluster.Settings]
}

func newReader(input Input, now time.Time) *reader {
	return &reader{file: input.Name, data: input.Data, now: now, tables: tables{
		cluster: clusterFields(), logConfig: logConfigFields(), preferences: updatePreferenceFields(),
	}}
}
