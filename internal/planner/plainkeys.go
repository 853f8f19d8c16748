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
	return readPlainKeys(json.NewDecoder(bytes.NewReader(document)), false)
}

// readPlainKeys reads one value. In a value of a tenant's keys that differ in case are two.
func readPlainKeys(dec *json.Decoder, isTenants bool) error {
	begin, err := dec.Token()
	if err != nil || begin != json.Delim('{') && begin != json.Delim('[') {
		return err
	}
	seen := map[string]string{}
	for dec.More() {
		isWithin := isTenants
		if begin == json.Delim('{') {
			token, err := dec.Token()
			if err != nil {
				return err
			}
			key := fmt.Sprint(token)
			folded := key
			if !isTenants {
				folded = strings.ToLower(strings.ToUpper(key)) // as the decoder takes keys for one
			}
			if earlier, isTwice := seen[folded]; isTwice {
				return fmt.Errorf("an object has both the keys %q and %q", earlier, key)
			}
			seen[folded] = key
			isWithin = isTenants || key == "before" || key == "after" || key == "body"
		}
		if err := readPlainKeys(dec, isWithin); err != nil {
			return err
		}
	}
	_, err = dec.Token() // the end
	return err
}
