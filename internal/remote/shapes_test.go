package remote_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/remote"
)

// shapes are one JSON value of each type.
func shapes() map[string]string {
	return map[string]string{
		"an object": `{}`, "a list": `[]`, "a list of lists": `[[]]`, "a text": `"x"`, "null": `null`, "a number": `7`, "a boolean": `true`,
	}
}

// shaped sends requests to a tenant that returns this body for one of them, and correct responses
// for all others. It returns how often that one was sent.
func shaped(t *testing.T, method, path, body string, do func(*remote.Client) error) (asked int, err error) {
	t.Helper()
	conf := config(t, "https://acme.example")
	conf.Retries = 3
	conf.Base = inMemory{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == method && r.URL.Path == path:
			asked++
			fmt.Fprint(w, body)
		case r.URL.Path == api.TokenPath:
			fmt.Fprint(w, `{"access_token":"t"}`)
		case r.URL.Path == api.InfoPath:
			fmt.Fprint(w, `{"tenantName":"acme","pod":"se01"}`)
		case r.URL.Path == "/v3/managed-clusters" && r.Method == http.MethodGet:
			w.Header().Set(api.TotalCountHeader, "1")
			fmt.Fprint(w, rows(1, 1))
		default:
			fmt.Fprint(w, `{"id":"1","name":"x"}`)
		}
	})}
	return asked, do(newClient(t, conf))
}

// A response of the wrong JSON type is an error at each endpoint: it counts as received, is not
// used, and is not retried. A write may have been applied.
func TestAnswersOfAnotherShape(t *testing.T) {
	t.Parallel()
	const collection, one = "/v3/managed-clusters", "/v3/managed-clusters/1"
	endpoints := map[string]struct {
		method, path string
		fine         []string // the shapes that say something
		do           func(t *testing.T, c *remote.Client) error
	}{
		"get": {"GET", one, nil, func(t *testing.T, c *remote.Client) error {
			live, err := c.Get(t.Context(), "1")
			return noneIf(t, err, live.ID == "" && live.Document == nil)
		}},
		"create": {"POST", collection, nil, func(t *testing.T, c *remote.Client) error {
			a, err := c.Create(t.Context(), json.RawMessage(`{"name":"x"}`))
			return noneIf(t, err, a.Now.ID == "" && a.Exchange == api.Exchange{})
		}},
		"patch": {"PATCH", one, nil, func(t *testing.T, c *remote.Client) error {
			a, err := c.Patch(t.Context(), "1", jsonpatch.Patch{})
			return noneIf(t, err, a.Now.ID == "" && a.Exchange == api.Exchange{})
		}},
		"snapshot": {"GET", collection, []string{"a list", "a list of lists"}, func(t *testing.T, c *remote.Client) error {
			s, err := c.Snapshot(t.Context(), cluster.Tenant{}, nothing())
			return noneIf(t, err, s.Clusters == nil && !s.Listing.Verified)
		}},
		"reread": {"GET", one, nil, func(t *testing.T, c *remote.Client) error {
			need := nothing()
			need.Reread = func([]cluster.Live) []string { return []string{"1"} }
			s, err := c.Snapshot(t.Context(), cluster.Tenant{}, need)
			if err != nil || len(s.Clusters) != 1 || s.Clusters[0].Document != nil {
				t.Errorf("%v: %+v", err, s.Clusters)
			}
			return odd(s.Clusters[0].Problem)
		}},
		"find": {"GET", collection, []string{"a list", "a list of lists"}, func(t *testing.T, c *remote.Client) error {
			found, err := c.Find(t.Context(), []string{"va-1"}, false)
			return noneIf(t, err, found.Clusters == nil && !found.Verified)
		}},
		"list": {"GET", collection, []string{"a list", "a list of lists"}, func(t *testing.T, c *remote.Client) error {
			listed, listing, err := c.List(t.Context(), "va-1")
			return noneIf(t, err, listed == nil && !listing.Verified)
		}},
		"probe": {"GET", collection, []string{"a list", "a list of lists"}, func(t *testing.T, c *remote.Client) error {
			p := c.Probe(t.Context())
			if p.TenantErr != nil || p.TokenErr != nil {
				t.Errorf("%+v", p)
			}
			return p.ReadErr
		}},
		"log configuration": {"GET", one + "/log-config", []string{"an object", "null"}, func(t *testing.T, c *remote.Client) error {
			state, err := c.LogConfig(t.Context(), "1")
			return noneIf(t, err, !state.Known && state.Config == nil)
		}},
		"log configurations": {"GET", one + "/log-config", []string{"an object", "null"}, func(t *testing.T, c *remote.Client) error {
			s, err := c.Snapshot(t.Context(), cluster.Tenant{}, needLog(func(cluster.Live) bool { return true }))
			if err != nil || len(s.Clusters) != 1 {
				t.Fatalf("%v: %+v", err, s.Clusters)
			}
			log := s.Clusters[0].Log
			if log.Known != (log.Problem == "") {
				t.Errorf("%+v", log)
			}
			return odd(log.Problem)
		}},
		"set log configuration": {"PUT", one + "/log-config", []string{"an object", "null"}, func(t *testing.T, c *remote.Client) error {
			a, err := c.SetLogConfig(t.Context(), "1", json.RawMessage(`{}`))
			if err != nil || a.Now.Known != (a.Now.Problem == "") || !a.Now.Known && a.Now.Config != nil {
				t.Errorf("%v: %+v", err, a.Now)
			}
			return odd(a.Now.Problem)
		}},
		"delete": {"DELETE", one, slices.Collect(maps.Keys(shapes())), func(t *testing.T, c *remote.Client) error {
			_, err := c.Delete(t.Context(), "1", false) // whose answer needs no body
			return err
		}},
		"tenant": {"GET", api.InfoPath, slices.Collect(maps.Keys(shapes())), func(t *testing.T, c *remote.Client) error {
			tenant, err := c.Tenant(t.Context())
			if tenant.Org != "" || tenant.Pod != "" {
				t.Errorf("%+v", tenant)
			}
			return err // it has no name then
		}},
		"token": {"POST", api.TokenPath, nil, func(t *testing.T, c *remote.Client) error {
			_, err := c.Get(t.Context(), "1")
			if unanswered, ok := errors.AsType[*api.Unanswered](err); !ok || unanswered.Path != api.TokenPath || unanswered.Sent {
				t.Errorf("err = %v", err)
			}
			return err
		}},
	}
	for endpoint, tt := range endpoints {
		for shape, body := range shapes() {
			t.Run(endpoint+", "+shape, func(t *testing.T) {
				t.Parallel()
				asked, err := shaped(t, tt.method, tt.path, body, func(c *remote.Client) error { return tt.do(t, c) })
				isFine := slices.Contains(tt.fine, shape)
				if (err == nil) != isFine {
					t.Errorf("err = %v, want fine %t", err, isFine)
				}
				if unanswered, ok := errors.AsType[*api.Unanswered](err); ok && !unanswered.Received {
					t.Errorf("taken for not received: %v", err)
				}
				if !isFine && tt.path != api.TokenPath && asked != 1 {
					t.Errorf("asked %d times", asked)
				}
			})
		}
	}
}

// noneIf returns err, and checks that an error comes without a result.
func noneIf(t *testing.T, err error, isNothing bool) error {
	t.Helper()
	if err != nil && !isNothing {
		t.Errorf("something is returned with %v", err)
	}
	return err
}

// odd is a problem as an error.
func odd(problem string) error {
	if problem == "" {
		return nil
	}
	return errors.New(problem)
}
