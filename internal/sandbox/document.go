package sandbox

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"clusterctl/internal/jsonread"
)

// document is a new cluster. Later it is changed only as JSON, so that members added by a patch
// are kept.
type document struct {
	ID                      string             `json:"id"`
	Name                    string             `json:"name"`
	Pod                     string             `json:"pod"`
	Org                     string             `json:"org"`
	Type                    string             `json:"type"`
	Configuration           map[string]*string `json:"configuration"`
	KeyPair                 keyPair            `json:"keyPair"`
	Attributes              attributes         `json:"attributes"`
	Description             *string            `json:"description"`
	Redis                   redis              `json:"redis"`
	ClientType              *string            `json:"clientType"`
	CCGVersion              string             `json:"ccgVersion"`
	PinnedConfig            bool               `json:"pinnedConfig"`
	Operational             bool               `json:"operational"`
	Status                  string             `json:"status"`
	keyPair                                    // repeated at the top level
	EncryptionConfiguration encryption         `json:"encryptionConfiguration"`
	AlertKey                *string            `json:"alertKey"`
	ClientIDs               []string           `json:"clientIds"`
	ServiceCount            int                `json:"serviceCount"`
	CCID                    string             `json:"ccId"`
	CreatedAt               string             `json:"createdAt"`
	UpdatedAt               string             `json:"updatedAt"`
	LastReleaseNotifiedAt   *string            `json:"lastReleaseNotifiedAt"`
	UpdatePreferences       *preferences       `json:"updatePreferences"`
	InstalledRelease        *string            `json:"currentInstalledReleaseVersion"`
	UpdatePackage           *string            `json:"updatePackage"`
	OutOfDateNotifiedAt     *string            `json:"isOutOfDateNotifiedAt"`
	Health                  *string            `json:"consolidatedHealthIndicatorsStatus"`
}

// The parts of a document.
type (
	keyPair struct {
		PublicKey            string `json:"publicKey"`
		PublicKeyThumbprint  string `json:"publicKeyThumbprint"`
		PublicKeyCertificate string `json:"publicKeyCertificate"`
	}
	attributes struct {
		Queue    queue   `json:"queue"`
		Keystore *string `json:"keystore"`
	}
	queue struct {
		Name   string `json:"name"`
		Region string `json:"region"`
	}
	redis struct {
		Host string `json:"redisHost"`
		Port int    `json:"redisPort"`
	}
	encryption struct {
		Format string `json:"format"`
	}
	preferences struct {
		ProcessGroups     *string `json:"processGroups"`
		UpdateState       *string `json:"updateState"`
		NotificationEmail *string `json:"notificationEmail"`
	}
)

// firstCCID is the base of a tenant's ccIds.
const firstCCID = 1500

// newDocument returns the cluster that a client's request creates. It depends only on its
// arguments.
func newDocument(org, id string, number uint64, made time.Time, r creation) document {
	ccID := strconv.FormatUint(firstCCID+number, 10)
	keys := fakeKeys(id)
	return document{
		ID:                      id,
		Name:                    r.name,
		Pod:                     defaultPod,
		Org:                     org,
		Type:                    r.kind,
		Configuration:           withServerKeys(r.configuration, r.kind, id),
		KeyPair:                 keys,
		Attributes:              attributesOf(org, id, r.kind, ccID),
		Description:             r.description,
		Redis:                   redis{Host: defaultPod + "-shared-redis.sandbox.invalid", Port: 6379},
		ClientType:              clientType(r.kind),
		CCGVersion:              "v01",
		Status:                  "CONFIGURING",
		keyPair:                 keys,
		EncryptionConfiguration: encryption{Format: "V3"},
		ClientIDs:               []string{},
		CCID:                    ccID,
		CreatedAt:               stamped(made),
		UpdatedAt:               stamped(made),
		UpdatePreferences:       &preferences{},
	}
}

// withServerKeys adds the configuration keys that the server sets. Keys from the client are kept.
func withServerKeys(sent map[string]string, kind, id string) map[string]*string {
	configuration := map[string]*string{
		"clusterType":             &kind,
		"clusterExternalId":       new(digest("external", id)),
		"restartThresholdInHours": new("24"),
		"cookbook":                new("va"),
		"va_version":              nil,
	}
	for key, value := range sent {
		configuration[key] = &value
	}
	return configuration
}

// attributesOf returns a queue for every cluster, and a keystore for the one that runs the
// vendor's own connectors.
func attributesOf(org, id, kind, ccID string) attributes {
	a := attributes{Queue: queue{Name: fmt.Sprintf("%s-%s-cluster-%s", defaultPod, org, ccID), Region: "us-east-1"}}
	if kind == typeSPConnect {
		a.Keystore = new(noise("keystore", id))
	}
	return a
}

// clientType returns the kind of client for a type of cluster, nil for types without clients.
func clientType(kind string) *string {
	switch {
	case isSystemType(kind):
		return nil
	case kind == "iai":
		return new("IIQ_HARVESTER")
	}
	return new("VA")
}

// fakeKeys returns texts that look like keys.
func fakeKeys(id string) keyPair {
	return keyPair{
		PublicKey:            "-----BEGIN PUBLIC KEY-----" + noise("key", id) + "-----END PUBLIC KEY-----",
		PublicKeyThumbprint:  noise("thumbprint", id)[:27],
		PublicKeyCertificate: "-----BEGIN CERTIFICATE-----" + noise("certificate", id) + "-----END CERTIFICATE-----",
	}
}

// digest returns 32 hexadecimal digits that depend only on the texts.
func digest(purpose, text string) string {
	sum := sha256.Sum256([]byte(purpose + " " + text))
	return hex.EncodeToString(sum[:16])
}

// noise is like digest, but longer and in base64.
func noise(purpose, text string) string {
	sum := sha512.Sum512([]byte(purpose + " " + text))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// logMember is the member of a returned cluster that is stored separately.
const logMember = "logConfiguration"

// served returns a cluster as in an answer: with its log configuration, or null.
func (r record) served(now time.Time) (json.RawMessage, error) {
	if isRow(r.id) {
		return r.doc, nil
	}
	if r.shown != nil {
		return r.asCopied(now), nil
	}
	members, err := members(r.doc)
	if err != nil {
		return nil, err
	}
	members[logMember] = json.RawMessage("null")
	if r.log.lasts(now, inlineAfterEnd) {
		members[logMember] = encode(r.log)
	}
	return encode(members), nil
}

// members returns the members of a stored document.
func members(doc json.RawMessage) (object, error) {
	var o object
	if err := jsonread.Unmarshal(doc, &o); err != nil {
		return nil, fmt.Errorf("stored cluster: %w", err)
	}
	return o, nil
}

// serve returns a cluster as answers show it with these options.
func (o Options) serve(cluster json.RawMessage) (_ json.RawMessage, err error) {
	if len(o.Omit) > 0 {
		cluster, err = without(cluster, o.Omit)
	}
	if err == nil && len(o.Overrides) > 0 {
		cluster, err = o.overridden(cluster)
	}
	if err == nil && o.Serve != nil {
		cluster = o.Serve(cluster)
	}
	return cluster, err
}

// Override is a member of the clusters of a name, and its value.
type Override struct {
	Cluster, Field string
	Value          json.RawMessage
}

func (o Options) overridden(cluster json.RawMessage) (json.RawMessage, error) {
	served, err := members(cluster)
	if err != nil {
		return nil, err
	}
	name, err := nameOf(served)
	for _, of := range o.Overrides {
		if err == nil && of.Cluster == name {
			served[of.Field] = of.Value
		}
	}
	return encode(served), nil
}

// without removes members of a cluster.
func without(cluster json.RawMessage, keys []string) (json.RawMessage, error) {
	o, err := members(cluster)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		delete(o, key)
	}
	return encode(o), nil
}
