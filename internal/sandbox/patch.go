package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/mail"
	"slices"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
)

// patchCluster is PATCH /managed-clusters/{id}.
func (t *Tenant) patchCluster(c call) (answer, error) {
	body, err := readTyped(c, api.ContentTypePatch)
	if err != nil {
		return answer{}, err
	}
	patch, err := jsonpatch.Parse(body)
	if err != nil {
		return answer{}, badRequest("%v", err)
	}
	if err := t.patchable(patch); err != nil {
		return answer{}, err
	}
	var patched record
	err = t.change(c, c.route.id, func(s state) (err error) {
		if patched, err = s.record(c.route.id); err != nil {
			return err
		}
		before := patched.doc
		if patched.doc, err = c.applied(patch, patched); err != nil {
			return err
		}
		if err := t.options.allows(s, patched, before); err != nil {
			return err
		}
		return s.put(patched.id, patched.doc)
	})
	if err != nil {
		return answer{}, err
	}
	return t.show(c, patched)
}

// patchable refuses a patch that clients may not send, or that the options refuse.
func (t *Tenant) patchable(patch jsonpatch.Patch) error {
	for i, op := range patch {
		switch {
		case t.options.RefuseNulls && isNull(op.Value):
			return &problem{http.StatusUnprocessableEntity, fmt.Sprintf("operation %d: the value must not be null", i)}
		case op.Op == jsonpatch.OpTest && t.options.RefuseTests:
			return &problem{t.options.RefuseTestsStatus, fmt.Sprintf("operation %d: unknown operation %q", i, op.Op)}
		}
		for _, path := range written(op) {
			if err := writable(path); err != nil {
				return badRequest("operation %d: %v", i, err)
			}
		}
	}
	return nil
}

// written returns the pointers at which an operation writes.
func written(op jsonpatch.Operation) []string {
	switch op.Op {
	case jsonpatch.OpTest:
		return nil
	case jsonpatch.OpMove:
		return []string{op.Path, op.From}
	default:
		return []string{op.Path}
	}
}

// writable refuses a pointer at which a patch may not write.
func writable(pointer string) error {
	tokens, err := jsonpatch.Tokens(pointer)
	if err != nil {
		return err
	}
	if len(tokens) == 1 && slices.Contains([]string{"name", "description", "configuration", "updatePreferences"}, tokens[0]) ||
		len(tokens) == 2 && slices.Contains([]string{"configuration", "updatePreferences"}, tokens[0]) {
		return nil
	}
	return fmt.Errorf("path %q cannot be patched", pointer)
}

// applied returns the document after the patch. The patch is applied to the document as clients
// see it, with the log configuration, which a test may read.
func (c call) applied(patch jsonpatch.Patch, r record) (json.RawMessage, error) {
	served, err := r.served(c.now)
	if err != nil {
		return nil, err
	}
	result, err := patch.Apply(served)
	if err != nil {
		return nil, badRequest("%v", err)
	}
	if len(patch.WithoutTests()) == 0 {
		return r.doc, nil
	}
	return c.checked(served, result, r.shown != nil)
}

// checked validates what a patch has changed and returns the document to store. A copied cluster
// may have members that no client could write, and its configuration may be null again.
func (c call) checked(before, after json.RawMessage, isCopy bool) (json.RawMessage, error) {
	was, err := members(before)
	if err != nil {
		return nil, err
	}
	o, err := members(after)
	if err != nil {
		return nil, err
	}
	differing := changed(was, o)
	if jsonpatch.Same(was["name"], o["name"]) {
		differing["name"] = jsonpatch.Quote("unchanged") // a name is required
	}
	if isCopy && isNull(differing["configuration"]) {
		delete(differing, "configuration")
	}
	if err := checkMembers(differing); err != nil {
		return nil, err
	}
	delete(o, logMember)
	o["updatedAt"] = encode(stamped(c.now))
	return encode(o), nil
}

// checkMembers validates the members that a patch can change.
func checkMembers(o object) error {
	_, errName := nameOf(o)
	_, errDescription := o.text("description")
	return cmp.Or(errName, errDescription, checkConfiguration(o), checkPreferences(o))
}

// checkConfiguration accepts an object of strings and nulls, or an absent configuration.
func checkConfiguration(o object) error {
	if value, ok := o["configuration"]; ok && isNull(value) {
		return badRequest("configuration must be an object")
	}
	configuration, err := o.object("configuration")
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(configuration)) {
		if _, err := configuration.text(key); err != nil {
			return badRequest("configuration: the value of %q must be a string or null", key)
		}
	}
	if _, isEmpty := configuration[""]; isEmpty {
		return errEmptyKey()
	}
	return nil
}

func errEmptyKey() error { return badRequest("configuration: empty key") }

// checkPreferences validates updatePreferences.
func checkPreferences(o object) error {
	preferences, err := o.object("updatePreferences")
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(preferences)) {
		value, err := preferences.text(key)
		if err != nil {
			return badRequest("updatePreferences: %v", err)
		}
		if err := checkPreference(key, value); err != nil {
			return err
		}
	}
	return nil
}

func checkPreference(key string, value *string) error {
	switch {
	case !slices.Contains([]string{"processGroups", "updateState", "notificationEmail"}, key):
		return badRequest("updatePreferences: unknown key %q", key)
	case value == nil:
		return nil
	case key == "updateState" && *value != "AUTO" && *value != "DISABLED":
		return badRequest("updatePreferences: updateState %q is not AUTO or DISABLED", *value)
	case key == "notificationEmail" && !isMail(*value):
		return badRequest("updatePreferences: notificationEmail %q is not an email address", *value)
	}
	return nil
}

// isMail reports whether text is an email address without a display name.
func isMail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}
