package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"clusterctl/internal/api"
)

// maxName is the longest name of a cluster, in characters.
const maxName = 255

// The types of system-managed clusters.
const (
	typeSPConnect = "spConnectCluster"
	typeSQS       = "sqsCluster"
)

// clusterTypes returns all types. The first is the default.
func clusterTypes() []string {
	return []string{
		"idn", "iai", typeSPConnect, typeSQS, "das-rc", "das-pc", "das-dc", "pag", "das-am", "standard",
	}
}

func isSystemType(kind string) bool { return kind == typeSPConnect || kind == typeSQS }

// find reads one cluster.
func (t *Tenant) find(id string) (found record, err error) {
	err = t.store.view(func(s state) (err error) {
		found, err = s.record(id)
		return err
	})
	return found, err
}

// getCluster is GET /managed-clusters/{id}.
func (t *Tenant) getCluster(c call) (answer, error) {
	found, err := t.find(c.route.id)
	if err != nil {
		return answer{}, err
	}
	return t.show(c, found)
}

// show returns the answer that shows a cluster.
func (t *Tenant) show(c call, r record) (answer, error) {
	served, err := r.served(c.now)
	if err == nil {
		served, err = t.options.serve(served)
	}
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(http.StatusOK, served), nil
}

// creation is what a client may send to create a cluster.
type creation struct {
	name          string
	kind          string
	description   *string
	configuration map[string]string
}

// createCluster is POST /managed-clusters. It returns 200 and creates a cluster each time: names
// are unique only with Options.UniqueNames.
func (t *Tenant) createCluster(c call) (answer, error) {
	wanted, err := readCreation(c)
	if err != nil {
		return answer{}, err
	}
	made := record{id: t.options.randomHex(16)}
	err = t.change(c, made.id, func(s state) error {
		if err := t.options.nameIsFree(s, made.id, wanted.name); err != nil {
			return err
		}
		number, err := s.nextNumber()
		if err != nil {
			return err
		}
		made.doc = encode(newDocument(t.org, made.id, number, c.now, wanted))
		return s.put(made.id, made.doc)
	})
	if err != nil {
		return answer{}, err
	}
	return t.show(c, made)
}

// readCreation reads the body of a POST. It ignores unknown members, as the real
// tenant does.
func readCreation(c call) (creation, error) {
	o, err := readObject(c)
	if err != nil {
		return creation{}, err
	}
	name, errName := nameOf(o)
	kind, errKind := typeOf(o)
	description, errDescription := o.text("description")
	configuration, errConfiguration := sentConfiguration(o)
	return creation{name, kind, description, configuration}, cmp.Or(errName, errKind, errDescription, errConfiguration)
}

// nameOf returns a cluster's name, which is required.
func nameOf(o object) (string, error) {
	name, err := o.text("name")
	switch {
	case err != nil:
		return "", err
	case name == nil || strings.TrimSpace(*name) == "":
		return "", badRequest("name is required and must not be blank")
	case utf8.RuneCountInString(*name) > maxName:
		return "", badRequest("name is longer than %d characters", maxName)
	}
	return *name, nil
}

func typeOf(o object) (string, error) {
	kind, err := o.text("type")
	switch {
	case err != nil:
		return "", err
	case kind == nil:
		return clusterTypes()[0], nil
	case !slices.Contains(clusterTypes(), *kind):
		return "", badRequest("unknown type %q (use one of %s)", *kind, strings.Join(clusterTypes(), ", "))
	case isSystemType(*kind):
		return "", badRequest("a cluster of type %s is system-managed and cannot be created", *kind)
	}
	return *kind, nil
}

// sentConfiguration accepts only strings: a patch can put a null into a configuration, a POST
// cannot.
func sentConfiguration(o object) (map[string]string, error) {
	configuration, err := o.texts("configuration", "value", func(string, string) error { return nil })
	if _, isEmpty := configuration[""]; isEmpty {
		return nil, errEmptyKey()
	}
	return configuration, err
}

// deleteCluster is DELETE /managed-clusters/{id}.
func (t *Tenant) deleteCluster(c call) (answer, error) {
	removeClients, err := boolParameter(c.URL.Query(), api.ParamRemoveClients)
	if err != nil {
		return answer{}, err
	}
	err = t.change(c, c.route.id, func(s state) error {
		doomed, err := s.record(c.route.id)
		if err != nil {
			return err
		}
		if err := deletable(doomed, removeClients); err != nil {
			return err
		}
		return s.remove(doomed.id)
	})
	if err != nil {
		return answer{}, err
	}
	return noContent(), nil
}

// deletable refuses system-managed clusters, and those with clients.
func deletable(r record, removeClients bool) error {
	fields, err := api.ParseFields(r.doc)
	if err != nil {
		return fmt.Errorf("stored cluster: %w", err)
	}
	clients, _ := fields.List("clientIds")
	switch clients, kind := len(clients), fields.Text("type"); {
	case isSystemType(kind):
		return badRequest("cluster %q is system-managed (type %s) and cannot be deleted", r.id, kind)
	case clients > 0 && !removeClients:
		return badRequest("cluster %q has %d clients (set removeClients=true to remove them too)", r.id, clients)
	}
	return nil
}
