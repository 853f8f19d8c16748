package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestClusterHasEveryDocumentedField(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	id := p.create(`{"name": "a"}`).ID
	got := decode[map[string]json.RawMessage](t, p.get(clusterPath(id)))
	for field := range strings.FieldsSeq(`id name pod org type configuration keyPair attributes description redis clientType
		ccgVersion pinnedConfig logConfiguration operational status publicKeyCertificate publicKeyThumbprint publicKey
		encryptionConfiguration alertKey clientIds serviceCount ccId createdAt updatedAt lastReleaseNotifiedAt
		updatePreferences currentInstalledReleaseVersion updatePackage isOutOfDateNotifiedAt
		consolidatedHealthIndicatorsStatus`) {
		if _, ok := got[field]; !ok {
			t.Errorf("%s is missing", field)
		}
	}
}

func TestClientType(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"idn": "VA", "standard": "VA", "iai": "IIQ_HARVESTER", typeSPConnect: "", typeSQS: ""} {
		got := ""
		if c := clientType(kind); c != nil {
			got = *c
		}
		if got != want {
			t.Errorf("%s has clients of type %q, want %q", kind, got, want)
		}
	}
}
