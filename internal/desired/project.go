package desired

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/project"
)

// LoadProject reads a project file and returns its tenants, merged with the defaults, and all
// findings. The project is valid only if no finding is an error.
func LoadProject(input Input) (project.Project, Diagnostics) {
	f := projectReader{reader: newReader(input, time.Time{}), seen: map[string]site{}, names: map[string]site{}}
	documents, complete := f.source.Parse(leastFile)
	for _, document := range documents {
		readObject(f.reader, value{"a project file", document}, projectFields(), &f)
	}
	if complete {
		f.checkVersion(documents)
		f.expectTenants(documents)
	}
	for i := range f.tenants {
		mergeTenant(&f.tenants[i], f.defaults)
	}
	out := project.Project{Tenants: f.tenants}
	out.Sort()
	return out, f.findings()
}

// IsProject reports whether a file of that name is a project file. A desired-state file cannot
// have the key tenants.
func IsProject(input Input) bool {
	name := input.Name[strings.LastIndexAny(input.Name, `/\`)+1:]
	return name == project.File && regexp.MustCompile(`(?m)^["']?tenants["']?[ \t]*:`).Match(input.Data)
}

// ProjectSchema returns the JSON Schema of project files.
func ProjectSchema() []byte {
	const about = "The tenants of a repository: how to reach each, and which files declare its clusters."
	s := schema("$schema", schemaDialect, "$id", "urn:clusterctl:project:1", "title", "clusterctl project")
	s.Content = append(s.Content, objectOf(about, projectFields()).needs("version", "tenants").schema().Content...)
	s.Content = append(s.Content, schema("$defs", schema("variable", never())).Content...) // there are none
	return layout.JSON(s)
}

type projectReader struct {
	*reader

	defaults project.Tenant
	tenants  []project.Tenant
	seen     map[string]site // the tenants by address and org
	names    map[string]site // the tenants by name in lower case
}

// projectFields is the table of the keys of a project file.
func projectFields() []field[projectReader] {
	return []field[projectReader]{
		versionField[projectReader](),
		extensionField[projectReader](),
		{"defaults", objectOf("Settings for every tenant that does not set them itself. vars, labels and credentials are merged key by key.", sharedFields()),
			reads(func(r *reader, v value, f *projectReader) {
				if f.once(v) {
					readObject(r, v, sharedFields(), &f.defaults)
				}
			})},
		{"tenants", free("The tenants, by name. A name has letters, digits and . _ -, such as acme-sb.", objectOf("A tenant.", tenantFields())),
			reads(readTenants)},
	}
}

// tenantFields is the table of the keys of one tenant.
func tenantFields() []field[project.Tenant] {
	return append([]field[project.Tenant]{
		{"tenant", text("The org of the tenant. Any other tenant is refused before anything is read.").like("acme-sb"),
			asIdentifier(func(t *project.Tenant) *string { return &t.Org })},
		{"baseURL", text("The address of the tenant's API.").like("https://acme-sb.api.identitynow.com"), reads(readBaseURL)},
		{"sandbox", text("The directory of an embedded tenant, instead of baseURL.").like("sandboxes/acme-sb"),
			asText(func(t *project.Tenant) *string { return &t.Sandbox })},
	}, sharedFields()...)
}

// sharedFields is the table of the keys that defaults can have, too.
func sharedFields() []field[project.Tenant] {
	return []field[project.Tenant]{
		{"apiVersion", choice("The version of the API.", apiVersions()...),
			asOneOf(func(t *project.Tenant) *string { return &t.APIVersion }, codeUnknownVersion, "API version", apiVersions())},
		{"files", list("The desired-state files: files or directories, relative to the project file.", text("A path.").like("common.yaml")),
			asTexts("a path of files", func(t *project.Tenant) *[]string { return &t.Files })},
		{"varFiles", list("The files of variables, relative to the project file. The last value of a variable wins.", text("A path.").like("sandbox.vars.yaml")),
			asTexts("a path of varFiles", func(t *project.Tenant) *[]string { return &t.VarFiles })},
		{"vars", free("Variables for the files. They win over varFiles.", text("The value, used exactly as written.").like("lab")),
			asTextMap(func(t *project.Tenant) *map[string]string { return &t.Vars }, isVariableName, codeBadVariable, "use letters, digits and _, with no digit first")},
		{"credentials", objectOf("Where the credentials come from. They are never in the file itself.", credentialFields()),
			reads(func(r *reader, v value, t *project.Tenant) {
				if r.isOrigin(v) {
					readObject(r, v, credentialFields(), &t.Credentials)
				}
			})},
		{"rateLimit", text("The most requests in a time.").like("100/10s"), reads(readRateLimit)},
		{"labels", free("Labels to select tenants by.", text("The value of the label.").like("test")),
			asTextMap(func(t *project.Tenant) *map[string]string { return &t.Labels }, project.IsName, codeBadTenant, "use letters, digits and . _ -")},
	}
}

func apiVersions() []string { return []string{"v3", "v2024", "v2025", "v2026", "v1"} }

func credentialFields() []field[project.Credentials] {
	return []field[project.Credentials]{
		{"clientId", originForm("Where the client ID comes from."), asOrigin(func(c *project.Credentials) *project.Origin { return &c.ClientID })},
		{"clientSecret", originForm("Where the client secret comes from."), asOrigin(func(c *project.Credentials) *project.Origin { return &c.ClientSecret })},
		{"accessToken", originForm("Where an access token comes from, instead of client ID and secret."),
			asOrigin(func(c *project.Credentials) *project.Origin { return &c.AccessToken })},
	}
}

func originForm(about string) form {
	return objectOf(about+" One of env, file and command.", originFields())
}

func originFields() []field[project.Origin] {
	return []field[project.Origin]{
		{"env", text("The name of an environment variable.").like("ACME_SB_CLIENT_SECRET"), reads(func(r *reader, v value, o *project.Origin) {
			if r.isOrigin(v, yaml.ScalarNode) && isVariableName(v.node.Value) {
				o.Env = v.node.Value
			} else if v.node.Kind == yaml.ScalarNode {
				r.fail(v.node, codeBadOrigin, "env is not the name of an environment variable", "name the variable that holds the value, such as ACME_SB_SECRET")
			}
		})},
		{"file", text("The path of a file, relative to the project file.").like("/run/secrets/acme-sb"), asText(func(o *project.Origin) *string { return &o.File })},
		{"command", list("A program with its arguments, which prints the value. It runs in the directory of the project file, without a shell.", text("A word.").like("vault")),
			reads(func(r *reader, v value, o *project.Origin) {
				if r.isOrigin(v, yaml.SequenceNode) {
					o.Command = readList(r, v, "a word of command", r.filledText)
				}
			})},
	}
}

// isOrigin reports whether a value is of this kind, or else a map. It refuses any other without
// quoting it, because it may be a secret.
func (r *reader) isOrigin(v value, kind ...yaml.Kind) bool {
	want, example := yaml.MappingNode, "{env: ACME_SB_SECRET}"
	if len(kind) > 0 {
		want = kind[0]
	}
	if want == yaml.SequenceNode {
		example = "[vault, read, acme]"
	}
	if v.node.Kind != want {
		r.fail(v.node, codeBadOrigin, v.label+" must say where a credential comes from, not what it is", "for example "+example)
	}
	return v.node.Kind == want
}

func asOrigin(at func(*project.Credentials) *project.Origin) codec[project.Credentials] {
	return reads(func(r *reader, v value, c *project.Credentials) {
		if !r.isOrigin(v) {
			return
		}
		o, ok := readObject(r, v, originFields(), at(c))
		if ok && len(o.entries) != 1 {
			r.fail(o.at, codeBadOrigin, v.label+" needs one of env, file and command", "for example {env: ACME_SB_SECRET}")
		}
	})
}

func asTexts[T any](label string, at func(*T) *[]string) codec[T] {
	return reads(func(r *reader, v value, into *T) { *at(into) = readList(r, v, label, r.filledText) })
}

// asTextMap returns the codec of a map with user-defined keys.
func asTextMap[T any](at func(*T) *map[string]string, isKey func(string) bool, code Code, remedy string) codec[T] {
	return reads(func(r *reader, v value, into *T) {
		entries, _ := r.freeEntries(v)
		all := map[string]string{}
		for _, e := range entries {
			if !isKey(e.name) {
				r.fail(e.key, code, escape.Quote(e.name)+" is not a valid name in "+v.label, remedy)
				continue
			}
			all[e.name], _ = r.text(value{e.name, e.value})
		}
		*at(into) = all
	})
}

func readBaseURL(r *reader, v value, t *project.Tenant) {
	s, ok := r.filledText(v)
	if u, err := url.Parse(s); ok && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		r.fail(v.node, codeBadTenant, "baseURL is not the address of an API", "for example https://acme.api.identitynow.com")
		return
	}
	t.BaseURL = strings.TrimRight(s, "/")
}

func readRateLimit(r *reader, v value, t *project.Tenant) {
	s, ok := r.filledText(v)
	count, span, _ := strings.Cut(s, "/")
	if d, err := time.ParseDuration(span); ok && (!regexp.MustCompile(`^[1-9][0-9]{0,8}$`).MatchString(count) || err != nil || d <= 0) {
		r.fail(v.node, codeBadNumber, "rateLimit "+escape.Quote(s)+" is not a rate", "for example 100/10s")
		return
	}
	t.RateLimit = s
}

func readTenants(r *reader, v value, f *projectReader) {
	if !f.once(v) {
		return
	}
	entries, ok := r.freeEntries(v)
	if ok && len(v.node.Content) == 0 {
		r.fail(v.node, codeEmptyValue, "tenants is empty", "add a tenant with its baseURL and files")
	}
	for _, e := range entries {
		if !project.IsName(e.name) {
			r.fail(e.key, codeBadTenant, "tenant name "+escape.Quote(e.name)+" is not valid", "use letters, digits and . _ -, such as acme-sb")
			continue
		}
		at := r.site(e.key)
		if first, isTaken := f.names[strings.ToLower(e.name)]; isTaken {
			r.fail(e.key, codeBadTenant, "tenant name "+escape.Quote(e.name)+" differs from another one only in case", "first at "+first.String()+"; a name is also used for files, so use another one")
			continue
		}
		f.names[strings.ToLower(e.name)] = at
		t := project.Tenant{Name: e.name}
		t.Source.File, t.Source.Line, t.Source.Column = r.file, at.Line, at.Column
		if o, ok := readObject(r, value{"tenant " + e.name, e.value}, tenantFields(), &t); ok {
			f.checkTenant(at, o, t)
			f.tenants = append(f.tenants, t)
		}
	}
}

// checkTenant refuses a tenant without an address, or with that of another one.
func (f *projectReader) checkTenant(at site, o object, t project.Tenant) {
	switch {
	case o.has("baseURL") && o.has("sandbox"):
		f.fail(o.key("sandbox"), codeBadTenant, "sandbox cannot be combined with baseURL", "remove one")
		return
	case !o.has("baseURL") && !o.has("sandbox"):
		at.fail(codeMissingKey, "baseURL of tenant "+escape.Quote(t.Name)+" is missing", "add it, or sandbox for an embedded tenant")
		return
	}
	key := strings.ToLower(t.BaseURL) + "\x00" + t.Sandbox + "\x00" + t.Org
	if first, isTaken := f.seen[key]; isTaken {
		at.fail(codeDuplicateTenant, "tenant "+escape.Quote(t.Name)+" has the address of another one", "first at "+first.String()+"; remove one, or add its labels to the other")
		return
	}
	f.seen[key] = at
}

func (f *projectReader) expectTenants(documents []*yaml.Node) {
	if _, ok := f.stated["tenants"]; !ok && len(documents) > 0 && documents[0].Kind == yaml.MappingNode {
		f.fail(first(documents[0]), codeMissingKey, "tenants is missing", "add a tenant with its baseURL and files")
	}
}

// mergeTenant merges the defaults under the settings of a tenant.
func mergeTenant(t *project.Tenant, defaults project.Tenant) {
	t.APIVersion, t.RateLimit = cmp.Or(t.APIVersion, defaults.APIVersion), cmp.Or(t.RateLimit, defaults.RateLimit)
	if t.Files == nil {
		t.Files = defaults.Files
	}
	if t.VarFiles == nil {
		t.VarFiles = defaults.VarFiles
	}
	t.Vars, t.Labels = mergedTexts(defaults.Vars, t.Vars), mergedTexts(defaults.Labels, t.Labels)
	for _, of := range []func(*project.Credentials) *project.Origin{
		func(c *project.Credentials) *project.Origin { return &c.ClientID },
		func(c *project.Credentials) *project.Origin { return &c.ClientSecret },
		func(c *project.Credentials) *project.Origin { return &c.AccessToken },
	} {
		if of(&t.Credentials).IsZero() {
			*of(&t.Credentials) = *of(&defaults.Credentials)
		}
	}
}

func mergedTexts(under, over map[string]string) map[string]string {
	merged := maps.Clone(under)
	if merged == nil {
		return over
	}
	maps.Copy(merged, over)
	return merged
}
