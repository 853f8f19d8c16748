package command

import (
	"fmt"
	"slices"

	"clusterctl/internal/cli"
)

// words returns the command line for a tenant.
func (f fleet) words(j job) ([]string, error) {
	t, l := j.tenant, f.line
	command := newApp(f.env).Command(j.command)
	takes := func(flag string) bool { return cli.FlagNamed(command.Flags, flag) != nil }
	own := []string{"tenant", "project", "tenants-at-once", "shard", "canary", "base-url", "sandbox", "client-id", "client-secret-file", "file", "var", "var-file", "api-version", "rate-limit"}
	words := []string{"clusterctl", j.command}
	words = append(words, l.Words(func(flag string) bool {
		return takes(flag) && !slices.Contains(own, flag) && !slices.Contains(j.leaves, flag)
	})...)
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" && takes(flag) && !slices.Contains(j.leaves, flag) {
				words = append(words, "--"+flag+"="+value)
			}
		}
	}
	add("base-url", t.BaseURL)
	if t.Sandbox != "" {
		add("sandbox", f.project.path(t.Sandbox))
	}
	add("api-version", given(l, "api-version", t.APIVersion)...)
	add("rate-limit", given(l, "rate-limit", t.RateLimit)...)
	if takes("file") && !slices.Contains(j.leaves, "file") {
		files, err := f.files(j)
		if err != nil {
			return nil, err
		}
		add("file", files...)
		add("var-file", f.project.paths(t.VarFiles)...)
		add("var-file", l.Values("var-file")...)
		add("var", assignments(t.Vars)...)
		add("var", l.Values("var")...)
	}
	return append(words, j.words...), nil
}

// given returns the values of a flag on the command line, or else those of the tenant.
func given(l cli.Line, flag string, ofTenant ...string) []string {
	if l.Takes(flag) && l.IsGiven(flag) {
		return l.Values(flag)
	}
	return ofTenant
}

// files returns the files of a tenant. Only ping needs none.
func (f fleet) files(j job) ([]string, error) {
	var own []string
	if j.command != "ping" {
		own = f.project.paths(j.tenant.Files)
	}
	files := given(f.line, "file", own...)
	if len(files) == 0 && j.command != "ping" {
		return nil, fmt.Errorf("%s: tenant %s has no files (add files to it, or use -f)", j.tenant.Source, j.tenant.Name)
	}
	return files, nil
}

func (p loadedProject) paths(relative []string) []string {
	var paths []string
	for _, path := range relative {
		paths = append(paths, p.path(path))
	}
	return paths
}

func assignments(variables map[string]string) []string {
	var all []string
	for name, value := range variables {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return all
}
