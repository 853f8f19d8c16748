package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/project"
)

// split exports each tenant and splits the exports. It needs all of them: what one tenant lacks
// would not be common.
func (f fleet) split(ctx context.Context, tenants []project.Tenant) (err error) {
	dir, err := os.MkdirTemp("", "clusterctl-split-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	jobs := f.jobs(tenants, "export")
	for i := range jobs {
		jobs[i].leaves = append(jobs[i].leaves, "split")
	}
	words := []string{"clusterctl", "export", "--split=" + f.line.Value("split")}
	for _, run := range f.all(ctx, jobs) {
		if run.code != exitDone {
			return &statusError{run.code, fmt.Errorf("tenant %s was not exported, so nothing was split", run.tenant.Name)}
		}
		path := filepath.Join(dir, run.tenant.Name+".yaml")
		if err := atomicfile.Write(path, []byte(run.document.Text.Whole)); err != nil {
			return err
		}
		words = append(words, path)
	}
	return newApp(f.forTenant(project.Tenant{}, nil)).Run(ctx, words) // without the variables for tenants
}
