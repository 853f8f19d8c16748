package jsonread

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
)

// encoding/json names the place of an error without the positions in arrays, or not at all
// for a value that decodes itself, such as a time. So locate finds it by experiment.

// locate returns the way to the smallest value that causes an error, as the number of the
// child on each level. A value causes it if null in its place ends the error.
func locate(data []byte, fails func([]byte) bool) []int {
	var steps []int
	for at := 0; ; {
		all := children(data, at)
		if len(all) == 0 || fails(without(data, all)) {
			return steps
		}
		low, high := 0, len(all)
		for high-low > 1 { // in favor of the first value that causes it
			middle := (low + high) / 2
			half := without(data, all[middle:high])
			if !fails(half) {
				low = middle
				continue
			}
			data, high = half, middle
			all = children(data, at)
		}
		steps = append(steps, low)
		at = all[low].start
	}
}

// child is a member of an object or an item of an array.
type child struct {
	name       string // as part of a path
	start, end int
}

// children returns those of the value that begins at an offset.
func children(data []byte, at int) []child {
	decoder := json.NewDecoder(bytes.NewReader(data[at:]))
	begin, err := decoder.Token()
	if err != nil || begin != json.Delim('{') && begin != json.Delim('[') {
		return nil
	}
	var found []child
	for decoder.More() {
		name := fmt.Sprintf("[%d]", len(found))
		if begin == json.Delim('{') {
			key, err := decoder.Token()
			if err != nil {
				return nil
			}
			name = member(fmt.Sprint(key))
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil
		}
		end := at + int(decoder.InputOffset())
		found = append(found, child{name, end - len(value), end})
	}
	return found
}

// member is a key as part of a path.
func member(key string) string {
	if regexp.MustCompile(`^\w+$`).MatchString(key) {
		return "." + key
	}
	return fmt.Sprintf("[%.80q]", key)
}

// without returns the document with null in the place of values.
func without(data []byte, values []child) []byte {
	var out bytes.Buffer
	at := 0
	for _, v := range values {
		out.Write(data[at:v.start])
		out.WriteString("null")
		at = v.end
	}
	out.Write(data[at:])
	return out.Bytes()
}

// follow returns the path of steps, ready to precede a message, and the offset of its value.
func follow(data []byte, steps []int) (path string, at int) {
	at = len(data) - len(bytes.TrimLeft(data, " \t\r\n"))
	for _, step := range steps {
		next := children(data, at)[step]
		path += next.name
		at = next.start
	}
	if path == "" {
		return "", at
	}
	if path[0] == '.' {
		path = path[1:]
	}
	return path + ": ", at
}
