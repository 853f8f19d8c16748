package rehearsal

import (
	"encoding/json"
	"slices"
	"strings"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/jsonscan"
)

// secretWords are parts of the names of members that a copy leaves out, in lower case: keys,
// certificates, the addresses of the vendor's stores, and whatever else may be a secret.
func secretWords() []string {
	return []string{
		"keypair", "publickey", "privatekey", "keystore", "certificate", "thumbprint", "encryption", "redis",
		"secret", "password", "passphrase", "credential", "token",
	}
}

// isSecret reports whether a member may be a secret.
func isSecret(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	return slices.ContainsFunc(secretWords(), func(word string) bool { return strings.Contains(name, word) })
}

// isDeclarable reports whether files can declare the members of a member of a cluster. Plans
// depend on them and show them, so a copy has them all.
func isDeclarable(name string) bool {
	return slices.Contains([]string{"configuration", "updatePreferences", "logConfiguration"}, name)
}

// withoutSecrets returns a cluster without the members that may be secrets.
func withoutSecrets(doc json.RawMessage) (json.RawMessage, error) { return scrub(doc, isDeclarable) }

// scrub removes secrets at any depth, except in the members that are kept.
func scrub(value json.RawMessage, isKept func(string) bool) (json.RawMessage, error) {
	if elements, isList := jsonscan.Elements(value); isList {
		for i := range elements {
			var err error
			if elements[i], err = scrub(elements[i], keepNone); err != nil {
				return nil, err
			}
		}
		return jsonpatch.Encode(append([]json.RawMessage{}, elements...))
	}
	fields, isObject := jsonscan.Members(value)
	if !isObject {
		return value, nil
	}
	for name := range fields {
		switch {
		case isKept(name):
		case isSecret(name):
			delete(fields, name)
		default:
			var err error
			if fields[name], err = scrub(fields[name], keepNone); err != nil {
				return nil, err
			}
		}
	}
	return jsonpatch.Encode(fields)
}

func keepNone(string) bool { return false }
