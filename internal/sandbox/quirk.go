package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// quirk is a variation in the behavior of tenants.
type quirk struct {
	name  string
	value string // what follows the name, in brackets if it is optional; empty without a value
	set   func(o *Options, value string) error
}

// quirks returns all quirks.
func quirks() []quirk {
	return []quirk{
		{"no-count", "", set(func(o *Options) { o.NoCount = true })},
		{"no-name-filter", "", set(func(o *Options) { o.NoNameFilter = true })},
		{"unique-names", "", set(func(o *Options) { o.UniqueNames = true })},
		{"refuse-tests", "[=STATUS]", setRefuseTests},
		{"refuse-nulls", "", set(func(o *Options) { o.RefuseNulls = true })},
		{"refuse-disabled-updates", "", set(func(o *Options) { o.RefuseDisabledUpdates = true })},
		{"inline-logs", "", set(func(o *Options) { o.InlineAllLogs = true })},
		{"omit", "=FIELD[,FIELD]", setOmit},
		{"set", "=CLUSTER:FIELD=VALUE", setOverride},
	}
}

// AddQuirk sets the options of a quirk, given as NAME or NAME=VALUE.
func (o *Options) AddQuirk(text string) error {
	name, value, hasValue := strings.Cut(text, "=")
	i := slices.IndexFunc(quirks(), func(q quirk) bool { return q.name == name })
	if i < 0 {
		var names []string
		for _, q := range quirks() {
			names = append(names, q.name+q.value)
		}
		return fmt.Errorf("unknown quirk %q; quirks: %s", name, strings.Join(names, ", "))
	}
	q := quirks()[i]
	if hasValue && q.value == "" {
		return fmt.Errorf("quirk %q takes no value", name)
	}
	if hasValue && value == "" {
		return fmt.Errorf("quirk %q has an empty value", name)
	}
	if err := q.set(o, value); err != nil {
		return fmt.Errorf("quirk %q: %w", text, err)
	}
	return nil
}

// set returns the setter of a quirk without a value.
func set(option func(*Options)) func(*Options, string) error {
	return func(o *Options, _ string) error {
		option(o)
		return nil
	}
}

func setRefuseTests(o *Options, status string) error {
	o.RefuseTests = true
	if status == "" {
		return nil
	}
	n, err := strconv.Atoi(status)
	if err != nil || n < 400 || n > 499 {
		return fmt.Errorf("%q is not a status from 400 to 499", status)
	}
	o.RefuseTestsStatus = n
	return nil
}

func setOmit(o *Options, fields string) error {
	names := strings.Split(fields, ",")
	if slices.Contains(names, "") {
		return errors.New("empty field name (name fields of a cluster, such as omit=clientIds,type)")
	}
	o.Omit = append(o.Omit, names...)
	return nil
}

// setOverride reads CLUSTER:FIELD=VALUE.
func setOverride(o *Options, text string) error {
	target, value, hasValue := strings.Cut(text, "=")
	colon := strings.LastIndexByte(target, ':')
	if !hasValue || colon < 1 || colon == len(target)-1 {
		return errors.New("expected CLUSTER:FIELD=VALUE, such as va-austin:status=FAILED")
	}
	o.Overrides = append(o.Overrides, Override{target[:colon], target[colon+1:], valueOf(value)})
	return nil
}

// valueOf returns the JSON of a value: true, false, null, a JSON string, object or array, or else
// a text. So a version such as 123.1 needs no quotes.
func valueOf(text string) json.RawMessage {
	isWord := slices.Contains([]string{"true", "false", "null"}, text)
	if isWord || text != "" && strings.ContainsRune(`"{[`, rune(text[0])) && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return encode(text)
}
