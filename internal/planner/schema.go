package planner

import _ "embed" // the schema stands in a file of its own

//go:embed plan.schema.json
var planSchema []byte

// Schema is the JSON Schema (draft 2020-12) of the plan document.
func Schema() []byte { return planSchema }
