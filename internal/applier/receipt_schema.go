package applier

import (
	_ "embed"
	"slices"
)

//go:embed receipt.schema.json
var receiptSchema []byte

// ReceiptSchema is the JSON Schema of one line of a receipt.
func ReceiptSchema() []byte { return slices.Clone(receiptSchema) }
