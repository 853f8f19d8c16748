package api_test

import (
	"testing"

	"clusterctl/internal/api"
)

func TestParseFieldsTakesOnlyObjects(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "[]", `[{"a":1}]`, `"a"`, "1", "true", "{", `{"a":1} x`} {
		if f, err := api.ParseFields([]byte(body)); err == nil || f != nil {
			t.Errorf("%q: %v, %v", body, f, err)
		}
	}
	if f, err := api.ParseFields([]byte("{}")); err != nil || f == nil {
		t.Errorf("{}: %v, %v", f, err)
	}
}

func TestCountIsAWholeNumber(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"0": 0, "7": 7, "7.0": 7, "1e2": 100, "2147483647": 2147483647} {
		f := parse(t, `{"n":`+value+`}`)
		if got, ok := f.Count("n"); !ok || got != want {
			t.Errorf("%s: %d, %t", value, got, ok)
		}
	}
	for _, value := range []string{"-1", "0.5", "-0.5", "2147483648", "1e400", `"7"`, "null", "true", "[]", "{}"} {
		f := parse(t, `{"n":`+value+`}`)
		if got, ok := f.Count("n"); ok {
			t.Errorf("%s: %d", value, got)
		}
	}
	if got, ok := parse(t, `{}`).Count("n"); ok {
		t.Errorf("absent: %d", got)
	}
}

// TestFieldsOfTheWrongForm reads each field as every other type.
func TestFieldsOfTheWrongForm(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`"s"`, "true", "[]", "{}", "1", "null"} {
		f := parse(t, `{"x":`+value+`}`)
		_, isString := f.String("x")
		_, isList := f.List("x")
		_, isObject := f.Object("x")
		isBool := f.Bool("x") != nil
		got := map[string]bool{`"s"`: isString, "true": isBool, "[]": isList, "{}": isObject, "1": !isString && !isBool && !isList && !isObject && f.Has("x"), "null": !f.Has("x")}
		for form, is := range got {
			if is != (form == value) {
				t.Errorf("%s is taken for %s: %t", value, form, is)
			}
		}
	}
	inner, ok := parse(t, `{"o":{"k":"v"}}`).Object("o")
	if !ok || inner.Text("k") != "v" || inner.Text("o") != "" {
		t.Errorf("the members of an object are %v", inner)
	}
}

func parse(t *testing.T, body string) api.Fields {
	t.Helper()
	f, err := api.ParseFields([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
