package receipt

import (
	_ "embed"
	"slices"
)

//go:embed receipt.schema.json
var schema []byte

// Schema is the JSON Schema of one line of a receipt.
func Schema() []byte { return slices.Clone(schema) }
