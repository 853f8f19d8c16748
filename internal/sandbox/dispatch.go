package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// call is one request to the tenant.
type call struct {
	*http.Request
	route     route
	known     bool
	requestID string
	// now is the time used for the whole answer.
	now time.Time
}

// handler handles one method of one endpoint.
type handler func(call) (answer, error)

// methods returns the handlers of an endpoint by method.
func (t *Tenant) methods(e endpoint) map[string]handler {
	switch e {
	case tokenEndpoint:
		return map[string]handler{http.MethodPost: t.grantToken}
	case infoEndpoint:
		return map[string]handler{http.MethodGet: t.showInfo}
	case clustersEndpoint:
		return map[string]handler{http.MethodGet: t.listClusters, http.MethodPost: t.createCluster}
	case clusterEndpoint:
		return map[string]handler{
			http.MethodGet: t.getCluster, http.MethodPatch: t.patchCluster, http.MethodDelete: t.deleteCluster,
		}
	case logConfigEndpoint:
		return map[string]handler{http.MethodGet: t.getLogConfig, http.MethodPut: t.putLogConfig}
	}
	return nil
}

// answer handles a request. It also turns an error or a panic into an answer.
func (t *Tenant) answer(c call) (a answer) {
	defer func() {
		if reason := recover(); reason != nil {
			a = answerTo(fmt.Errorf("panic: %v", reason), c.requestID)
		}
	}()
	a, err := t.handle(c)
	if err != nil {
		return answerTo(err, c.requestID)
	}
	return a
}

func (t *Tenant) handle(c call) (answer, error) {
	if !c.known {
		return answer{}, &problem{http.StatusNotFound, fmt.Sprintf("no resource at %s", c.URL.Path)}
	}
	methods := t.methods(c.route.endpoint)
	work, ok := methods[c.Method]
	if !ok {
		return answer{}, wrongMethod(c, slices.Sorted(maps.Keys(methods)))
	}
	if c.route.isAPI() {
		if err := t.admit(c); err != nil {
			return answer{}, err
		}
	}
	return work(c)
}

// wrongMethod returns a refusal that names the allowed methods.
func wrongMethod(c call, allowed []string) error {
	p := &problem{http.StatusMethodNotAllowed, fmt.Sprintf("%s is not supported at %s", c.Method, c.URL.Path)}
	return &refusal{p.answer(c.requestID).with("Allow", strings.Join(allowed, ", "))}
}
