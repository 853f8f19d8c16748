package desired

import (
	"fmt"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// The hours that a cluster can be ahead of Greenwich.
const (
	minGMTOffset = -12
	maxGMTOffset = 14
)

// lintGMTOffset warns about an offset that no clock has. The API takes any.
func (r *reader) lintGMTOffset(at *yaml.Node, offset *string) {
	if offset == nil {
		return
	}
	if hours, err := strconv.Atoi(*offset); err != nil || hours < minGMTOffset || hours > maxGMTOffset {
		r.warn(at, codeBadGMTOffset, "gmtOffset "+escape.Quote(*offset)+" is no hour ahead of Greenwich",
			fmt.Sprintf("an integer from %d to %d", minGMTOffset, maxGMTOffset))
	}
}

func (r *reader) lintLogConfig(o object, c cluster.LogConfig) {
	if c.RootLevel == "TRACE" {
		r.warn(o.key("rootLevel"), codeRootLevelTrace, "rootLevel TRACE logs everything", "TRACE in logLevels for single loggers")
	}
	if level, loud := loudest(c); loud && !o.has("expiration") {
		r.warn(o.firstOf("durationMinutes", "logLevels", "rootLevel"), codeVerboseWithoutEnd,
			string(level)+" is kept in force: it is asked for again whenever it has lapsed",
			"expiration to have it end once")
	}
	if within := c.RenewWithinMinutes; within != nil && !o.has("expiration") && *within > c.Minutes() {
		r.warn(o.key("renewWithinMinutes"), codeRenewOverDuration,
			fmt.Sprintf("renewWithinMinutes %d is more than the %d minutes that are asked for: every apply asks again", *within, c.Minutes()), "")
	}
}

// loudest is the loudest level of a configuration, if that is one that is
// meant to end soon.
func loudest(c cluster.LogConfig) (level cluster.Level, loud bool) {
	for _, level := range []cluster.Level{"TRACE", "DEBUG"} {
		if c.RootLevel == level {
			return level, true
		}
		for _, l := range c.LogLevels {
			if l == level {
				return level, true
			}
		}
	}
	return "", false
}

func (r *reader) lintExpiration(v value, end time.Time) {
	if !r.now.IsZero() && !end.After(r.now) {
		r.warn(v.node, codeWindowPast, "the window ended at "+end.Format(time.RFC3339), "the logConfig can go")
	}
}
