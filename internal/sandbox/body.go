package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonread"
)

// maxBody is the largest accepted body.
const maxBody = 1 << 20

// readTyped reads a body that must have this media type. Parameters such as a charset are
// allowed.
func readTyped(c call, mediaType string) ([]byte, error) {
	sent, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || sent != mediaType {
		return nil, badRequest("unsupported content type %q (use %s)", c.Header.Get("Content-Type"), mediaType)
	}
	return readBody(c)
}

func readBody(c call) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, badRequest("the body could not be read: %v", err)
	case len(body) > maxBody:
		return nil, badRequest("the body is larger than %d bytes", maxBody)
	}
	return body, nil
}

// object is a JSON object whose members are read one by one. Unlike a struct, it distinguishes
// null from absent, and is strict about the case of keys.
type object map[string]json.RawMessage

// readObject reads a body that must be a JSON object.
func readObject(c call) (object, error) {
	body, err := readTyped(c, api.ContentTypeJSON)
	if err != nil {
		return nil, err
	}
	var o object
	if err := jsonread.Unmarshal(body, &o); err != nil {
		return nil, badRequest("the body is not a JSON object: %v", err)
	}
	if o == nil {
		return nil, badRequest("the body is null")
	}
	return o, nil
}

// has reports whether a member is present and not null.
func (o object) has(key string) bool {
	value, ok := o[key]
	return ok && !isNull(value)
}

// text returns the value of a member that must be a string or null; nil if it is null or absent.
func (o object) text(key string) (*string, error) {
	if !o.has(key) {
		return nil, nil
	}
	var s string
	if err := json.Unmarshal(o[key], &s); err != nil {
		return nil, badRequest("%s must be a string", key)
	}
	return &s, nil
}

// texts returns the members of a member that must be an object of strings, each of which must
// pass check. Errors call a member what.
func (o object) texts(key, what string, check func(key, value string) error) (map[string]string, error) {
	sent, err := o.object(key)
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		text, err := sent.text(name)
		if err != nil || text == nil {
			return nil, badRequest("%s: the %s of %q must be a string", key, what, name)
		}
		if err := check(name, *text); err != nil {
			return nil, err
		}
		texts[name] = *text
	}
	return texts, nil
}

// object returns the value of a member that must be an object or null; nil if it is null or
// absent.
func (o object) object(key string) (object, error) {
	if !o.has(key) {
		return nil, nil
	}
	var member object
	if err := json.Unmarshal(o[key], &member); err != nil {
		return nil, badRequest("%s must be an object", key)
	}
	return member, nil
}

func isNull(value json.RawMessage) bool { return bytes.Equal(bytes.TrimSpace(value), []byte("null")) }

// encode encodes a value of this package, which never fails.
func encode[T any](value T) json.RawMessage {
	data, err := jsonpatch.Encode(value)
	if err != nil {
		panic(err)
	}
	return data
}
