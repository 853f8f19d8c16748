package desired

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// logConfigFields is the table of the keys of a logConfig.
func logConfigFields() []field[cluster.LogConfig] {
	return []field[cluster.LogConfig]{
		{
			"rootLevel", levelForm("The level of all loggers that logLevels does not name."),
			asOneOf(func(c *cluster.LogConfig) *cluster.Level { return &c.RootLevel }, codeUnknownLevel, "level", cluster.Levels()),
		},
		{
			"logLevels",
			free("Levels of single loggers, by the name of the logger.", levelForm("The level of this logger.")).
				like(map[string]string{"sailpoint.connector.ADLDAPConnector": "DEBUG"}),
			codec[cluster.LogConfig]{readLogLevels, writeLogLevels},
		},
		{
			"expiration",
			form{kind: formInstant, about: "The end of a window, in RFC 3339 with a time zone. " +
				"It ends by itself, and the block is satisfied from then on. It excludes durationMinutes."}.
				like("2026-11-23T18:00:00Z"),
			codec[cluster.LogConfig]{readExpiration, writeExpiration},
		},
		{
			"durationMinutes",
			integer("Keeps the configuration in force: it is asked for again, for so many minutes, whenever it has lapsed. "+
				"It excludes expiration.", cluster.MinDurationMinutes).
				upTo(cluster.MaxDurationMinutes).byDefault(cluster.DefaultDurationMinutes).like(240),
			codec[cluster.LogConfig]{readDuration, writeDuration},
		},
		{
			"renewWithinMinutes",
			integer("Asks for the configuration again already when less than so many minutes are left.", 0).
				upTo(cluster.MaxDurationMinutes).like(30),
			codec[cluster.LogConfig]{readRenewal, writeRenewal},
		},
	}
}

func levelForm(about string) form { return choice(about, words(cluster.Levels())...) }

func logConfigForm() form {
	return objectOf("The log configuration, managed as a whole: a level that is not named is gone once it is set. "+
		"Left out, it is not managed.", logConfigFields()).
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
		r.fail(o.at, codeMissingRootLevel, "logConfig has no rootLevel", anyOneOf(words(cluster.Levels())))
	}
	if o.has("expiration") && o.has("durationMinutes") {
		r.fail(o.key("durationMinutes"), codeExpirationAndDuration, "durationMinutes and expiration exclude each other",
			"expiration to have it end once, durationMinutes to keep it in force")
	}
	r.checkLogConfig(o, config)
}

func writeLogConfig(c *cluster.Cluster) *yaml.Node {
	if c.LogConfig == nil {
		return nil
	}
	return writeObject(logConfigFields(), c.LogConfig)
}

// checkLogConfig warns about what is hardly meant.
func (r *reader) checkLogConfig(o object, c cluster.LogConfig) {
	if c.RootLevel == "TRACE" {
		r.warn(o.key("rootLevel"), codeRootLevelTrace, "rootLevel TRACE logs everything", "TRACE in logLevels for single loggers")
	}
	if o.has("expiration") {
		return
	}
	if level := verboseLevel(c); level != "" {
		r.warn(o.firstOf("durationMinutes", "logLevels", "rootLevel"), codeVerboseWithoutEnd,
			string(level)+" is kept in force: it is asked for again whenever it has lapsed",
			"expiration to have it end once")
	}
	if within := c.RenewWithinMinutes; within != nil && *within > c.Minutes() {
		r.warn(o.key("renewWithinMinutes"), codeRenewOverDuration,
			fmt.Sprintf("renewWithinMinutes %d is more than the %d minutes that are asked for: every apply asks again", *within, c.Minutes()), "")
	}
}

// verboseLevel is the most verbose level of a configuration that is meant to end
// soon, "" if there is none.
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
		v := value{"level of " + escape.Quote(e.name), e.value}
		if level, ok := oneOf(r, v, codeUnknownLevel, "level", cluster.Levels()); ok {
			c.LogLevels[e.name] = level
		}
	}
}

func writeLogLevels(c *cluster.LogConfig) *yaml.Node {
	var m mapping
	for _, logger := range slices.Sorted(maps.Keys(c.LogLevels)) {
		m.add(logger, literal(string(c.LogLevels[logger])))
	}
	return m.node()
}

func readExpiration(r *reader, v value, c *cluster.LogConfig) {
	s, ok := r.text(v)
	if !ok {
		return
	}
	end, ok := ParseTime(s)
	if !ok {
		r.badTime(v, s, "is no RFC 3339 time", "such as 2026-11-23T18:00:00Z")
		return
	}
	c.Expiration = end
	if !r.now.IsZero() && !end.After(r.now) {
		r.warn(v.node, codeWindowPast, "the window ended at "+end.Format(time.RFC3339), "the logConfig can go")
	}
}

func writeExpiration(c *cluster.LogConfig) *yaml.Node {
	if !c.IsWindow() {
		return nil
	}
	return plain("!!timestamp", c.Expiration.UTC().Format(time.RFC3339Nano))
}

func readDuration(r *reader, v value, c *cluster.LogConfig) {
	c.DurationMinutes, _ = r.minutes(v, cluster.MinDurationMinutes)
}

func writeDuration(c *cluster.LogConfig) *yaml.Node {
	if c.DurationMinutes == 0 {
		return nil
	}
	return number(c.DurationMinutes)
}

func readRenewal(r *reader, v value, c *cluster.LogConfig) {
	if minutes, ok := r.minutes(v, 0); ok {
		c.RenewWithinMinutes = &minutes
	}
}

func writeRenewal(c *cluster.LogConfig) *yaml.Node {
	if c.RenewWithinMinutes == nil {
		return nil
	}
	return number(*c.RenewWithinMinutes)
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

// ParseTime reads an RFC 3339 time, in which t and z may be lower case. It is
// stricter than time.Parse, which also accepts an hour of one digit, a comma
// and an offset of a day. It refuses the zero time, which means "no time". The
// result is in UTC.
func ParseTime(s string) (time.Time, bool) {
	const day = 24 * 60 * 60
	s = strings.ToUpper(s)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.IsZero() || s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",") {
		return time.Time{}, false
	}
	if _, offset := t.Zone(); offset <= -day || offset >= day {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// badTime refuses what is no time, or lacks only its zone.
func (r *reader) badTime(v value, s, isWrong, hint string) {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if _, err := time.Parse(layout, strings.ToUpper(s)); err == nil {
			r.fail(v.node, codeExpirationWithoutZone, v.label+" "+escape.Quote(s)+" has no time zone", hint)
			return
		}
	}
	r.fail(v.node, codeBadExpiration, v.label+" "+escape.Quote(s)+" "+isWrong, hint)
}
