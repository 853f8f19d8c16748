package layout

import (
	"fmt"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestForms checks the form, the rank and the quotes of keys.
func TestForms(t *testing.T) {
	t.Parallel()
	keys := []Key{{Name: "a", Form: Form{Kind: Textual}}, {Name: "x-", IsPrefix: true}, {Name: "b", Form: Form{Kind: List, Item: &Form{Kind: Textual}}}}
	object, ofAuthor := Form{Kind: Object, Keys: keys}, Form{Kind: Map, Keys: keys, Item: &Form{Kind: Object}}
	for key, want := range map[string]string{
		"a": "1 1 0 true", "b": "2 2 2 true", "x-": "0 0 1 false", "x-a": "0 0 1 false", "x": "0 3 3 false", "ab": "0 3 3 false", "": "0 3 3 false",
	} {
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}
		got := fmt.Sprint(int(object.of(key).Kind), " ", int(ofAuthor.of(key).Kind), " ", object.rank(n), " ", object.isPlainKey(key))
		if got != want || ofAuthor.isPlainKey(key) {
			t.Errorf("%q: %s", key, got)
		}
	}
	merge := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!merge", Value: "<<"}
	alias := &yaml.Node{Kind: yaml.AliasNode, Value: "a"}
	if object.rank(merge) != -1 || object.rank(alias) != len(keys) {
		t.Errorf("a merge key is at %d, an alias at %d", object.rank(merge), object.rank(alias))
	}
	if list := keys[2].Form; list.ofItem().Kind != Textual || ofAuthor.ofItem().Kind != Other || object.ofItem().Kind != Other {
		t.Error("an item has another form")
	}
}
