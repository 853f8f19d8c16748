package desired

import (
	"fmt"
	"slices"
	"strconv"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// logConfigFields is the table of the keys of a logConfig.
func logConfigFields() []field[cluster.LogConfig] {
	return []field[cluster.LogConfig]{
		{"rootLevel", levelForm("The level of all loggers that logLevels does not name."), readRootLevel},
		{
			"logLevels",
			free("Levels of single loggers, by the name of the logger.", levelForm("The level of this logger.")).
				like(map[string]string{"sailpoint.connector.ADLDAPConnector": "DEBUG"}),
			readLogLevels,
		},
		{
			"expiration",
			form{kind: formInstant, about: "The end of a window, in RFC 3339 with a time zone. " +
				"It ends by itself, and the block is satisfied from then on. It excludes durationMinutes."}.
				like("2026-11-23T18:00:00Z"),
			readExpiration,
		},
		{
			"durationMinutes",
			integer("Keeps the configuration in force: it is asked for again, for so many minutes, whenever it has lapsed. "+
				"It excludes expiration.", cluster.MinDurationMinutes).
				upTo(cluster.MaxDurationMinutes).byDefault(strconv.Itoa(cluster.DefaultDurationMinutes)).like(240),
			readDurationMinutes,
		},
		{
			"renewWithinMinutes",
			integer("Asks for the configuration again already when less than so many minutes are left.", 0).
				upTo(cluster.MaxDurationMinutes).like(30),
			readRenewWithinMinutes,
		},
	}
}

func levelForm(about string) form { return choice(about, levels()...) }

func logConfigForm() form {
	return objectOf("The log configuration, managed as a whole: a level that is not named is gone once it is set. "+
		"Left out, it is not managed.", logConfigFields()).
		needs("rootLevel").
		where(excludeEachOther("expiration", "durationMinutes"))
}

func readLogConfig(r *reader, v value, c *cluster.Cluster) {
	var config cluster.LogConfig
	o, ok := readObject(r, v, r.tables.logConfig, &config)
	if !ok {
		return
	}
	c.LogConfig = &config
	if !o.has("rootLevel") {
		r.fail(o.at, codeMissingRootLevel, "logConfig has no rootLevel", oneOf(levels()))
	}
	if o.has("expiration") && o.has("durationMinutes") {
		r.fail(o.key("durationMinutes"), codeExpirationAndDuration, "durationMinutes and expiration exclude each other",
			"expiration to have it end once, durationMinutes to keep it in force")
	}
	r.lintLogConfig(o, config)
}

func readRootLevel(r *reader, v value, c *cluster.LogConfig) {
	c.RootLevel, _ = r.level(v)
}

func readLogLevels(r *reader, v value, c *cluster.LogConfig) {
	entries, ok := r.entries(v)
	if !ok {
		return
	}
	c.LogLevels = make(map[string]cluster.Level, len(entries))
	for _, e := range entries {
		if isBlank(e.name) {
			r.fail(e.key, codeEmptyKey, "empty key in "+v.label, "")
			continue
		}
		if level, ok := r.level(value{label: "level of " + escape.Quote(e.name), node: e.value}); ok {
			c.LogLevels[e.name] = level
		}
	}
}

// level reads a level. OFF is text, though YAML 1.1 takes it for a boolean.
func (r *reader) level(v value) (cluster.Level, bool) {
	s, ok := r.text(v)
	if !ok {
		return "", false
	}
	if level := cluster.Level(s); slices.Contains(cluster.Levels(), level) {
		return level, true
	}
	r.fail(v.node, codeUnknownLevel, "unknown level "+escape.Quote(s), suggest(s, levels()))
	return "", false
}

func levels() []string {
	var all []string
	for _, level := range cluster.Levels() {
		all = append(all, string(level))
	}
	return all
}

func readExpiration(r *reader, v value, c *cluster.LogConfig) {
	s, ok := r.text(v)
	if !ok {
		return
	}
	expiration, ok := ParseTime(s)
	switch {
	case ok:
		c.Expiration = expiration
		r.lintExpiration(v, expiration)
	case lacksZone(s):
		r.fail(v.node, codeExpirationWithoutZone, "expiration "+escape.Quote(s)+" has no time zone", "such as 2026-11-23T18:00:00Z")
	default:
		r.fail(v.node, codeBadExpiration, "expiration "+escape.Quote(s)+" is no RFC 3339 time", "such as 2026-11-23T18:00:00Z")
	}
}

func readDurationMinutes(r *reader, v value, c *cluster.LogConfig) {
	minutes, ok := r.minutes(v, cluster.MinDurationMinutes)
	if ok {
		c.DurationMinutes = minutes
	}
}

func readRenewWithinMinutes(r *reader, v value, c *cluster.LogConfig) {
	if minutes, ok := r.minutes(v, 0); ok {
		c.RenewWithinMinutes = &minutes
	}
}

// minutes reads a part of the time that the API grants at most.
func (r *reader) minutes(v value, least int) (int, bool) {
	minutes, ok := r.integer(v)
	if !ok {
		return 0, false
	}
	if minutes < least || minutes > cluster.MaxDurationMinutes {
		r.fail(v.node, codeOutOfRange,
			fmt.Sprintf("%s must be from %d to %d, not %d", v.label, least, cluster.MaxDurationMinutes, minutes), "")
		return 0, false
	}
	return minutes, true
}
