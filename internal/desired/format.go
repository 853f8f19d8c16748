package desired

import (
	"time"

	"clusterctl/internal/desired/layout"
)

// Format lays a file out in the canonical way (see layout.Text). Where that
// cannot be done it returns no layout but findings. A file that is YAML but not of
// the language is laid out as well; Load says what is wrong with it.
func Format(input Input) ([]byte, Diagnostics) {
	r := newReader(input, time.Time{})
	return r.source.Format(fileForm(), leastFile), r.findings()
}

func fileForm() layout.Form { return objectOf("", fileFields()).layout() }
