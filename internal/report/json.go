package report

import (
	"bytes"
	"encoding/json"
	"io"

	"clusterctl/internal/escape"
)

// JSON writes a document, indented and with a newline at its end.
func JSON(w io.Writer, document any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(document)
	if err == nil {
		_, err = w.Write(escape.JSON(text.Bytes()))
	}
	return err
}
