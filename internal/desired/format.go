package desired

import (
	"time"

	"clusterctl/internal/desired/layout"
)

// Format returns a file in the canonical layout (see layout.Text), or nil and findings
// if it cannot. It also formats YAML that Load would reject for its content.
func Format(input Input) ([]byte, Diagnostics) {
	r := newReader(input, time.Time{})
	form := fileForm()
	if IsProject(input) {
		form = objectOf("", projectFields()).layout()
	}
	return r.source.Format(form, leastFile), r.findings()
}

func fileForm() layout.Form { return objectOf("", fileFields()).layout() }
