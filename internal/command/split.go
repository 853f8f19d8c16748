package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/compare"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/policy"
	"clusterctl/internal/report"
)

// commonFile is the file of what all tenants have.
const commonFile = "common.yaml"

// split writes the exports of several tenants as one common file, and the rest of each. It
// creates the directory with all files, or nothing.
func (o *exportOptions) split(ctx context.Context, e env) error {
	var parts []desired.Part
	taken := map[string]bool{commonFile: true} // in lower case: some file systems ignore it
	for _, path := range o.exports {
		part, err := readPart(ctx, e, path)
		if err != nil {
			return err
		}
		for _, name := range filesOf(part.Name) {
			if taken[strings.ToLower(name)] {
				return fmt.Errorf("--split: two files would be called %s (rename %s)", name, path)
			}
			taken[strings.ToLower(name)] = true
		}
		parts = append(parts, part)
	}
	common, shared, rest := desired.Split(parts)
	files, summary := map[string][]byte{commonFile: common}, []string{report.Count(shared, "cluster") + " in " + commonFile}
	for i, p := range rest {
		own := []desired.Input{{Name: commonFile, Data: common}, {Name: p.Name + ".yaml", Data: p.File.YAML()}}
		if err := expectSame(e, parts[i], own, p.Variables); err != nil {
			return err
		}
		names := filesOf(p.Name)
		files[names[0]] = own[1].Data
		if len(p.Variables) > 0 {
			files[names[1]] = desired.VariablesYAML(p.Variables)
		}
		summary = append(summary, fmt.Sprintf("%d in %s.yaml", len(p.File.Clusters), p.Name))
	}
	if err := writeDir(o.splitDir, files); err != nil {
		return fmt.Errorf("--split: %w", err)
	}
	_, err := fmt.Fprintf(e.Stdout, "%s; %s.\n", escape.Text(strings.Join(summary, ", ")), report.Count(len(rest[0].Variables), "variable"))
	return err
}

// filesOf returns the names of the files for a part: its clusters and its variables.
func filesOf(part string) []string { return []string{part + ".yaml", part + ".vars.yaml"} }

// readPart reads an export. Its name is that of the file.
func readPart(ctx context.Context, e env, path string) (desired.Part, error) {
	o := fileOptions{paths: []string{path}, allowEmpty: true}
	state, _, err := loadFiles(ctx, e, o, e.Now())
	if err != nil {
		return desired.Part{}, err
	}
	isAbsent := func(c cluster.Cluster) bool { return c.State == cluster.Absent || c.RenamedFrom != "" }
	if !state.Policy.Equal(policy.Policy{}) || slices.ContainsFunc(state.Clusters, isAbsent) {
		return desired.Part{}, fmt.Errorf("--split: %s is not an export: it has a policy, absent clusters or renamedFrom (export the tenant to a new file)", path)
	}
	base := filepath.Base(path)
	return desired.Part{Name: strings.TrimSuffix(base, filepath.Ext(base)), File: desired.File{Tenant: state.Tenant, Clusters: state.Clusters}}, nil
}

// expectSame refuses files that do not declare what an export does.
func expectSame(e env, part desired.Part, own []desired.Input, variables map[string]string) error {
	state, findings := desired.Load(own, desired.Options{Variables: desired.Variables{Listed: variables}, AllowEmpty: true})
	if findings.HasErrors() {
		return &filesError{findings.Errors()}
	}
	side := func(clusters []cluster.Cluster) (side compare.Side) {
		for _, c := range clusters {
			c.Name = cmp.Or(c.ID, c.Name) // names are unique but for clusters with an id
			side.Entries = append(side.Entries, compare.Entry{Cluster: c})
		}
		return side
	}
	r := compare.Of(side(part.File.Clusters), side(state.Clusters), compare.Options{Now: e.Now()})
	if state.Tenant != part.File.Tenant || len(r.Items) > 0 {
		return fmt.Errorf("--split: the files of %s would differ from its export", part.Name)
	}
	return nil
}

// writeDir creates a directory with files in one step. It refuses one that has files.
func writeDir(dir string, files map[string][]byte) (err error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("directory %s is not empty (name a new one)", dir)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".clusterctl-split-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temporary))
		}
	}()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(temporary, name), data, 0o666); err != nil { //nolint:gosec // the umask restricts the permissions
			return err
		}
	}
	if err := os.Chmod(temporary, 0o755); err != nil { //nolint:gosec // files of a repository
		return err
	}
	return os.Rename(temporary, dir)
}
