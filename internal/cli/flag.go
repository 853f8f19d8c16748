package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Flag is a flag of a command.
type Flag struct {
	Name, Short string
	Section     string // heading in help; one that the program does not list comes last
	Usage       string // summary, with the name of the value in backquotes
	To          Value
	Default     string                         // the value if the flag is not set
	DefaultText string                         // what help shows if there is no Default
	Words       []string                       // values to complete
	Names       func(context.Context) []string // the same, looked up once all flags are read

	given  []string // values on the command line
	values []string // values on the command line, or else in the environment
}

// Value says where the value of a flag is stored, and which values are valid.
type Value struct {
	noun       string // its name in help; empty if the flag takes none
	repeatable bool
	set        func(string) error // stores a value
	want       string             // what is expected, for the error if set fails
	check      func(string) error // called later, with an error of its own
	words      []string           // all valid values, if there are few
}

// Bool stores true or false. The flag alone means true.
func Bool(to *bool) Value {
	return Value{set: storing(to, strconv.ParseBool), want: "expected true or false"}
}

// String stores a text, which must not be empty.
func String(to *string) Value {
	return Value{noun: "VALUE", set: func(s string) error { *to = s; return nil }}
}

// Strings stores the texts of a repeatable flag.
func Strings(to *[]string) Value {
	return Value{noun: "VALUE", repeatable: true, set: func(s string) error { *to = append(*to, s); return nil }}
}

// Int stores a whole number.
func Int(to *int) Value { return whole("expected a whole number", storing(to, parseInt)) }

// OptionalInt stores a whole number, or nil if the flag is not set.
func OptionalInt(to **int) Value {
	return whole("expected a whole number", storing(to, func(s string) (*int, error) {
		n, err := parseInt(s)
		return &n, err
	}))
}

func parseInt(s string) (int, error) {
	n, err := strconv.ParseInt(s, 0, strconv.IntSize)
	return int(n), err
}

// Uint64 stores a whole number, 0 or more.
func Uint64(to *uint64) Value {
	return whole("expected a whole number, 0 or more", storing(to, func(s string) (uint64, error) { return strconv.ParseUint(s, 0, 64) }))
}

func whole(want string, set func(string) error) Value {
	return Value{noun: "N", want: want, set: set}
}

// Duration stores a duration such as 30s.
func Duration(to *time.Duration) Value {
	return Value{noun: "DURATION", set: storing(to, time.ParseDuration), want: "expected a duration such as 30s"}
}

// OneOf stores one of a few words.
func OneOf(to *string, words ...string) Value {
	v := String(to)
	v.words = words
	v.check = func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("expected %s", oneOf(words))
		}
		return nil
	}
	return v
}

// oneOf lists words as alternatives.
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// BoolOr stores "true" for the flag alone, "" for false, or a word given as --flag=WORD.
func BoolOr(to *string, words ...string) Value {
	return Value{want: "expected true, false or " + strings.Join(words, " or "), words: words, set: func(s string) error {
		isOn, err := strconv.ParseBool(s)
		switch {
		case slices.Contains(words, s):
			*to = s
		case err == nil && isOn:
			*to = "true"
		case err == nil:
			*to = ""
		}
		if *to == s {
			return nil
		}
		return err
	}}
}

// Parsed stores what parse returns. Line.Check calls parse.
func Parsed[T any](to *T, parse func(string) (T, error)) Value {
	return Value{noun: "VALUE", set: accepting, check: storing(to, parse)}
}

// EachParsed is Parsed for a repeatable flag.
func EachParsed[T any](to *[]T, parse func(string) (T, error)) Value {
	return Value{noun: "VALUE", repeatable: true, set: accepting, check: func(s string) error {
		v, err := parse(s)
		*to = append(*to, v)
		return err
	}}
}

func accepting(string) error { return nil }

// storing returns a function that stores what parse returns.
func storing[T any](to *T, parse func(string) (T, error)) func(string) error {
	return func(s string) error {
		v, err := parse(s)
		if err == nil {
			*to = v
		}
		return err
	}
}

// Choices returns the valid values of the flag, if there are few.
func (f *Flag) Choices() []string { return append(slices.Clone(f.To.words), f.Words...) }

// FlagNamed returns the flag with a long or short name, or nil.
func FlagNamed(flags []Flag, name string) *Flag {
	for i, f := range flags {
		if f.Name == name || f.Short != "" && f.Short == name {
			return &flags[i]
		}
	}
	return nil
}

// TakesValue reports whether the flag needs a value.
func (f *Flag) TakesValue() bool { return f.To.noun != "" }

// IsRepeatable reports whether the flag can be given several times.
func (f *Flag) IsRepeatable() bool { return f.To.repeatable }

// IsBoolFlag reports to the library whether the flag takes no value.
func (f *Flag) IsBoolFlag() bool { return !f.TakesValue() }

// Set is called by the library. It only records a value, because the library would reword
// an error.
func (f *Flag) Set(value string) error {
	if f.To.repeatable {
		value = strings.TrimSpace(value)
	}
	f.given = append(f.given, value)
	return nil
}

// String is part of an interface of the library, which does not use it.
func (f *Flag) String() string { return "" }

// read sets the flag from the command line, or else its variable, or else its default. An
// empty value is an error, because it is always a mistake.
func (f *Flag) read(variable, help string) error {
	f.values = f.given
	if len(f.given) == 0 {
		f.values = f.valuesIn(variable)
	}
	if len(f.values) == 0 && f.Default != "" {
		return f.To.set(f.Default)
	}
	for _, value := range f.values {
		switch err := f.To.set(value); {
		case err != nil && len(f.given) == 0:
			return fmt.Errorf("%s=%q: %s", Variable(f.Name), value, f.To.want)
		case err != nil:
			return fmt.Errorf("--%s %q: %s (see %s)", f.Name, value, f.To.want, help)
		case value == "":
			return fmt.Errorf("--%s is empty (give it a value or remove it; check that the shell variable is set)", f.Name)
		}
	}
	return nil
}

// valuesIn returns the values in a variable. Those of a repeatable flag are separated by
// newlines or, without any, by commas.
func (f *Flag) valuesIn(variable string) []string {
	if !f.To.repeatable && variable != "" {
		return []string{variable}
	}
	separator := ","
	if strings.Contains(variable, "\n") {
		separator = "\n"
	}
	var values []string
	for v := range strings.SplitSeq(variable, separator) {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// check checks the values, or the default.
func (f *Flag) check() error {
	if f.To.check == nil {
		return nil
	}
	values := f.values
	if len(values) == 0 && f.Default != "" {
		values = []string{f.Default}
	}
	for _, value := range values {
		if err := f.To.check(value); err != nil {
			return fmt.Errorf("--%s %q: %w", f.Name, value, err)
		}
	}
	return nil
}
