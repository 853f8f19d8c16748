//go:build ignore

// Kubeschemas writes the JSON Schemas that kubeconform reads from the OpenAPI
// description that Kubernetes ships, in which no unknown field is allowed:
//
//	go run scripts/kubeschemas.go SWAGGER DIR
//
// The schemas of kubeconform's own place are not asked for: this needs the Go
// module proxy alone.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// kinds are those of the examples, by what the description calls them.
func kinds() map[string]string {
	return map[string]string{
		"configmap-v1":     "io.k8s.api.core.v1.ConfigMap",
		"cronjob-batch-v1": "io.k8s.api.batch.v1.CronJob",
	}
}

// description is what is of use here of an OpenAPI description.
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
