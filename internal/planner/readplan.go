package planner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"clusterctl/internal/jsonread"
)

// MaxPlan is the largest size of a plan document, in bytes.
const MaxPlan = 256 << 20

// Read reads a plan document of the same major version and ignores unknown keys. Verify
// decides whether the plan can be trusted.
func Read(data []byte) (Plan, error) {
	var p Plan
	compact, err := ReadVersioned(data)
	if err != nil {
		return Plan{}, err
	}
	if err := expectPlainKeys(compact); err != nil {
		return Plan{}, fmt.Errorf("not a plan: %w", err)
	}
	if json.Unmarshal(compact, &p) != nil {
		return Plan{}, fmt.Errorf("not a plan: %w", jsonread.Unmarshal(data, &p)) // the lines are in data
	}
	p.Listing.Verified = p.Listing.Verified || IsBeforeVerified(p.FormatVersion)
	if p.Warnings == nil {
		p.Warnings = []Warning{}
	}
	if p.Waivers == nil {
		p.Waivers = []Waiver{}
	}
	if p.Changes == nil || p.Findings == nil || p.Digest == "" {
		return Plan{}, errors.New("not a plan: changes, findings or digest is missing; create a plan with plan --out")
	}
	return p, nil
}

// IsBeforeVerified reports whether documents of a version have no proof.verified. At that
// time an incomplete listing was an error.
func IsBeforeVerified(version string) bool { return version == "1.0" }

// ReadVersioned checks the format version of a document and returns it without layout, so
// that values are compared and shown as they are.
func ReadVersioned(data []byte) ([]byte, error) {
	if len(bytes.Trim(data, "\x00 \t\r\n")) == 0 {
		return nil, errors.New("the file is empty; create it again, or use another file")
	}
	if err := expectVersion(data); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return nil, notJSON(data, err)
	}
	return compact.Bytes(), nil
}

// expectVersion refuses a document without a version, or of another major version than
// FormatVersion.
func expectVersion(data []byte) error {
	var document struct {
		FormatVersion string `json:"formatVersion"`
	}
	if err := jsonread.Unmarshal(data, &document); err != nil {
		return notJSON(data, err)
	}
	if document.FormatVersion == "" {
		return errors.New("not a file that clusterctl wrote: formatVersion is missing")
	}
	if major(document.FormatVersion) != major(FormatVersion) {
		return fmt.Errorf("format version %q is not supported: this clusterctl reads %s.x; use the version that wrote the file",
			document.FormatVersion, major(FormatVersion))
	}
	return nil
}

func major(version string) string {
	m, _, _ := strings.Cut(version, ".")
	return m
}

func notJSON(data []byte, err error) error {
	for mark, encoding := range map[string]string{"\xef\xbb\xbf": "UTF-8 with a byte-order mark", "\xff\xfe": "UTF-16", "\xfe\xff": "UTF-16"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return fmt.Errorf("not a JSON document: the encoding is %s; save the file as UTF-8 without a byte-order mark", encoding)
		}
	}
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case !ok:
		return fmt.Errorf("not a file that clusterctl wrote: %w", err)
	case syntax.Offset >= int64(len(data)) && bytes.HasPrefix(data, []byte("{")):
		return errors.New("the file is truncated: it ends inside a JSON document; create it again, or use another file")
	default:
		return fmt.Errorf("not a JSON document: %w", err)
	}
}

// expectPlainKeys refuses a document that two readers may read differently: an object has
// a key twice or, outside of a tenant's values, two keys that differ only in case.
func expectPlainKeys(document []byte) error {
	return readPlainKeys(json.NewDecoder(bytes.NewReader(document)), false)
}

// readPlainKeys checks one value. In a tenant's value, keys that differ in case are
// different keys.
func readPlainKeys(dec *json.Decoder, isTenants bool) error {
	begin, err := dec.Token()
	if err != nil || begin != json.Delim('{') && begin != json.Delim('[') {
		return err
	}
	seen := map[string]string{}
	for dec.More() {
		isWithin := isTenants
		if begin == json.Delim('{') {
			key, err := readKey(dec, seen, isTenants)
			if err != nil {
				return err
			}
			isWithin = isTenants || key == "before" || key == "after" || key == "body"
		}
		if err := readPlainKeys(dec, isWithin); err != nil {
			return err
		}
	}
	_, err = dec.Token() // the closing bracket
	return err
}

// readKey reads a key of an object and adds it to those seen.
func readKey(dec *json.Decoder, seen map[string]string, isTenants bool) (string, error) {
	token, err := dec.Token()
	if err != nil {
		return "", err
	}
	key := fmt.Sprint(token)
	folded := key
	if !isTenants {
		folded = strings.ToLower(strings.ToUpper(key)) // the decoder ignores case
	}
	if earlier, isTwice := seen[folded]; isTwice {
		return "", fmt.Errorf("one object has the keys %q and %q", earlier, key)
	}
	seen[folded] = key
	return key, nil
}
