//go:build ignore

// Kubeschemas writes JSON Schemas for kubeconform, from the OpenAPI description that
// Kubernetes publishes. They allow no unknown field:
//
//	go run scripts/kubeschemas.go SWAGGER DIR
//
// kubeconform would download its own schemas. This way, it needs only the Go module
// proxy.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// kinds maps the kinds in the examples to their names in the description.
func kinds() map[string]string {
	return map[string]string{
		"configmap-v1":     "io.k8s.api.core.v1.ConfigMap",
		"cronjob-batch-v1": "io.k8s.api.batch.v1.CronJob",
	}
}

// description is the part of an OpenAPI description that is used here.
type description struct {
	Definitions map[string]map[string]any `json:"definitions"`
}

func main() {
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "kubeschemas:", err)
		os.Exit(1)
	}
}

func write(swagger, dir string) error {
	data, err := os.ReadFile(swagger)
	if err != nil {
		return err
	}
	var d description
	if err := json.Unmarshal(data, &d); err != nil {
		return err
	}
	for _, definition := range d.Definitions {
		seal(definition)
	}
	for file, name := range kinds() {
		schema, err := json.Marshal(map[string]any{"$ref": "#/definitions/" + name, "definitions": d.Definitions})
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, file+".json"), schema, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// seal allows no fields but those that are described, and numbers where either
// a number or a text will do.
func seal(definition map[string]any) {
	if _, described := definition["properties"]; described {
		if _, open := definition["additionalProperties"]; !open {
			definition["additionalProperties"] = false
		}
	}
	if format, _ := definition["format"].(string); strings.HasPrefix(format, "int-or-string") {
		delete(definition, "type")
	}
}
