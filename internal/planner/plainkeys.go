package planner

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// expectPlainKeys refuses a document in which two readers may read two things:
// one of whose objects has a key twice or, outside of the values that come from
// a tenant or go to one, two keys that differ in case alone. The later one would
// count, and whoever looked at the document may have seen the earlier.
func expectPlainKeys(document []byte) error {
	return keyReader{json.NewDecoder(bytes.NewReader(document))}.value(false)
}

type keyReader struct{ *json.Decoder }

// value reads one value. In a verbatim one keys that differ in case are two.
func (r keyReader) value(isVerbatim bool) error {
	token, err := r.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return r.object(isVerbatim)
	case json.Delim('['):
		for r.More() {
			if err := r.value(isVerbatim); err != nil {
				return err
			}
		}
		_, err = r.Token() // its end
	}
	return err
}

// object reads the members of an object, whose beginning has been read.
func (r keyReader) object(isVerbatim bool) error {
	seen := map[string]string{}
	for r.More() {
		token, err := r.Token()
		if err != nil {
			return err
		}
		key := fmt.Sprint(token)
		kind := key
		if !isVerbatim {
			kind = strings.ToLower(strings.ToUpper(key)) // as the decoder takes keys for one
		}
		if earlier, twice := seen[kind]; twice {
			return fmt.Errorf("an object has both the keys %q and %q", earlier, key)
		}
		seen[kind] = key
		if err := r.value(isVerbatim || holdsValue(key)); err != nil {
			return err
		}
	}
	_, err := r.Token() // its end
	return err
}

// holdsValue reports whether what stands under a key of a plan is a value of a
// tenant's.
func holdsValue(key string) bool { return key == "before" || key == "after" || key == "body" }
