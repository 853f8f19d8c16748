package desired

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// logConfigFields is the table of the keys of a logConfig.
func logConfigFields() []field[cluster.LogConfig] {
	return []field[cluster.LogConfig]{
		{"rootLevel", levelForm("The level of all loggers that are not listed in logLevels."),
			asOneOf(func(c *cluster.LogConfig) *cluster.Level { return &c.RootLevel }, codeUnknownLevel, "log level", cluster.Levels())},
		{"logLevels", free("The levels of single loggers, by logger name.", levelForm("The level of this logger.")).
			like(map[string]string{"sailpoint.connector.ADLDAPConnector": "DEBUG"}),
			codec[cluster.LogConfig]{readLogLevels, func(c *cluster.LogConfig) *yaml.Node {
				return sortedMap(c.LogLevels, func(level cluster.Level) *yaml.Node { return literal(string(level)) })
			}}},
		{"expiration", form{kind: formInstant, about: "When the log configuration expires: an RFC 3339 time with a time zone. " +
			"It is not renewed afterwards. Cannot be combined with durationMinutes."}.
			like("2026-11-23T18:00:00Z"),
			codec[cluster.LogConfig]{readExpiration, func(c *cluster.LogConfig) *yaml.Node {
				return onlyIf(c.IsWindow(), plain("!!timestamp", c.Expiration.UTC().Format(time.RFC3339Nano)))
			}}},
		{"durationMinutes", integer("For how many minutes the log configuration is set. Apply renews it every time it has expired. "+
			"Cannot be combined with expiration.", cluster.MinDurationMinutes).
			upTo(cluster.MaxDurationMinutes).byDefault(cluster.DefaultDurationMinutes).like(240),
			codec[cluster.LogConfig]{
				func(r *reader, v value, c *cluster.LogConfig) {
					c.DurationMinutes = *cmp.Or(r.minutes(v, cluster.MinDurationMinutes), new(int))
				},
				func(c *cluster.LogConfig) *yaml.Node {
					return onlyIf(c.DurationMinutes != 0, number(c.DurationMinutes))
				},
			}},
		{"renewWithinMinutes", integer("Renews the log configuration early: when no more than this many minutes are left.", 0).
			upTo(cluster.MaxDurationMinutes).like(30),
			codec[cluster.LogConfig]{
				func(r *reader, v value, c *cluster.LogConfig) { c.RenewWithinMinutes = r.minutes(v, 0) },
				func(c *cluster.LogConfig) *yaml.Node {
					return onlyIf(c.RenewWithinMinutes != nil, number(*cmp.Or(c.RenewWithinMinutes, new(int))))
				},
			}},
	}
}

func levelForm(about string) form { return choice(about, words(cluster.Levels())...) }

func logConfigForm() form {
	return objectOf("The log configuration, managed as a whole: levels that are not listed here are removed. "+
		"If left out, it is not managed.", logConfigFields()).
		needs("rootLevel").
		where(excludeEachOther("expiration", "durationMinutes"))
}

func readLogConfig(r *reader, v value, c *cluster.Cluster) {
	var config cluster.LogConfig
	o, ok := readObject(r, v, r.logConfigTable, &config)
	if !ok {
		return
	}
	c.LogConfig = &config
	if !o.has("rootLevel") {
		r.fail(o.at, codeMissingRootLevel, "rootLevel is missing", "set it to "+anyOneOf(words(cluster.Levels())))
	}
	if o.has("expiration") && o.has("durationMinutes") {
		r.fail(o.key("durationMinutes"), codeExpirationAndDuration, "durationMinutes and expiration cannot be combined",
			"use expiration for a one-off, durationMinutes to renew the log configuration every time it expires")
	}
	r.checkLogConfig(o, config)
}

func writeLogConfig(c *cluster.Cluster) *yaml.Node {
	if c.LogConfig == nil {
		return nil
	}
	return writeObject(logConfigFields(), c.LogConfig)
}

// checkLogConfig warns about settings that are probably a mistake.
func (r *reader) checkLogConfig(o object, c cluster.LogConfig) {
	if c.RootLevel == "TRACE" {
		r.warn(o.key("rootLevel"), codeRootLevelTrace, "rootLevel TRACE applies to all loggers and fills disks within hours",
			"set TRACE in logLevels, for single loggers")
	}
	if o.has("expiration") {
		return
	}
	if level := verboseLevel(c); level != "" {
		r.warn(o.firstOf("durationMinutes", "logLevels", "rootLevel"), codeVerboseWithoutEnd,
			string(level)+" will be renewed every time it expires", "use expiration for a one-off")
	}
	if within := c.RenewWithinMinutes; within != nil && *within > c.Minutes() {
		r.warn(o.key("renewWithinMinutes"), codeRenewOverDuration,
			fmt.Sprintf("renewWithinMinutes %d is longer than the duration of %d minutes: every apply will renew the log configuration", *within, c.Minutes()),
			"lower renewWithinMinutes, or raise durationMinutes")
	}
}

// verboseLevel returns TRACE or DEBUG if the configuration has such a level, the more
// verbose first, and "" otherwise.
func verboseLevel(c cluster.LogConfig) cluster.Level {
	levels := append(slices.Collect(maps.Values(c.LogLevels)), c.RootLevel)
	for _, level := range []cluster.Level{"TRACE", "DEBUG"} {
		if slices.Contains(levels, level) {
			return level
		}
	}
	return ""
}

func readLogLevels(r *reader, v value, c *cluster.LogConfig) {
	entries, ok := r.freeEntries(v)
	if !ok {
		return
	}
	c.LogLevels = make(map[string]cluster.Level, len(entries))
	for _, e := range entries {
		r.warnOfLogger(e.key, e.name)
		v := value{"the level of " + escape.Quote(e.name), e.value}
		if level, ok := oneOf(r, v, codeUnknownLevel, "log level", cluster.Levels()); ok {
			c.LogLevels[e.name] = level
		}
	}
}

func readExpiration(r *reader, v value, c *cluster.LogConfig) {
	s, ok := r.text(v)
	if !ok {
		return
	}
	end, ok := ParseTime(s)
	if !ok {
		r.badTime(v, s, "is not a valid RFC 3339 time", "for example 2026-11-23T18:00:00Z")
		return
	}
	c.Expiration = end
	if !r.now.IsZero() && !end.After(r.now) {
		r.warn(v.node, codeWindowPast, "the log configuration expired at "+end.Format(time.RFC3339), "remove this logConfig")
	}
}

// minutes reads a number of minutes up to the maximum of the API. It returns nil if
// the value is invalid.
func (r *reader) minutes(v value, least int) *int {
	minutes, ok := r.integer(v)
	if ok && (minutes < least || minutes > cluster.MaxDurationMinutes) {
		r.fail(v.node, codeOutOfRange,
			fmt.Sprintf("%s must be between %d and %d, not %d", v.label, least, cluster.MaxDurationMinutes, minutes), "")
		ok = false
	}
	if !ok {
		return nil
	}
	return &minutes
}
