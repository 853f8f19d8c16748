// Package project holds a project: the tenants of one repository. It selects tenants, and
// reads neither files nor secrets.
package project

import (
	"regexp"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
)

// File is the name of a project file.
const File = "clusterctl.yaml"

// Project is the content of a project file.
type Project struct {
	// Tenants are sorted by name.
	Tenants []Tenant
}

// Tenant says how to reach a tenant, and which files declare its clusters. Its paths are
// relative to the project file.
type Tenant struct {
	Name        string
	Org         string // empty for any
	BaseURL     string
	Sandbox     string // the directory of an embedded tenant, instead of BaseURL
	APIVersion  string
	Files       []string
	VarFiles    []string
	Vars        map[string]string
	Credentials Credentials
	RateLimit   string // such as 100/10s
	Labels      map[string]string
	Source      cluster.Source
}

// Credentials say where the credentials of a tenant come from.
type Credentials struct {
	ClientID, ClientSecret, AccessToken Origin
}

// Origin is where a value comes from. Only one of its fields is set, or none.
type Origin struct {
	Env     string   // the name of an environment variable
	File    string   // a path
	Command []string // a program with its arguments, which prints the value
}

// IsZero reports whether there is no origin.
func (o Origin) IsZero() bool { return o.Env == "" && o.File == "" && len(o.Command) == 0 }

// IsName reports whether s can name a tenant. A name is also used for files.
func IsName(s string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`).MatchString(s)
}

// Names returns the names of the tenants.
func (p Project) Names() []string {
	names := make([]string, 0, len(p.Tenants))
	for _, t := range p.Tenants {
		names = append(names, t.Name)
	}
	return names
}

// Sort sorts the tenants by name.
func (p Project) Sort() {
	slices.SortFunc(p.Tenants, func(a, b Tenant) int { return strings.Compare(a.Name, b.Name) })
}
