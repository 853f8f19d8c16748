package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"

	"clusterctl/internal/jsonread"
)

// takes refuses a filter that the tenant does not support.
func (o Options) takes(f filter) error {
	i := slices.IndexFunc(f, func(c condition) bool { return c.field != "operational" })
	if o.NoNameFilter && i >= 0 {
		return badRequest("invalid filters: cannot filter by field %q (use operational)", f[i].field)
	}
	return nil
}

// nameIsFree refuses a name that another cluster has, if the options say so.
func (o Options) nameIsFree(s state, id, name string) error {
	if !o.UniqueNames {
		return nil
	}
	namesakes, err := snapshot{state: s}.matching(filter{{"name", name}})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(namesakes, func(other string) bool { return other != id }) {
		return badRequest("a cluster with the name %q already exists", name)
	}
	return nil
}

// restricted has the members that options can restrict further.
type restricted struct {
	Name              string `json:"name"`
	UpdatePreferences struct {
		UpdateState string `json:"updateState"`
	} `json:"updatePreferences"`
}

// allows returns an error for a patched cluster that the options do not allow.
func (o Options) allows(s state, patched record, before json.RawMessage) error {
	if !o.RefuseDisabledUpdates && !o.UniqueNames {
		return nil // a copied cluster may have members of any type
	}
	var was, is restricted
	if err := jsonread.Unmarshal(before, &was); err != nil {
		return fmt.Errorf("stored cluster: %w", err)
	}
	if err := jsonread.Unmarshal(patched.doc, &is); err != nil {
		return fmt.Errorf("patched cluster: %w", err)
	}
	const disabled = "DISABLED"
	if o.RefuseDisabledUpdates && is.UpdatePreferences.UpdateState == disabled && was.UpdatePreferences.UpdateState != disabled {
		return badRequest("updatePreferences: updateState %s is not enabled for this tenant", disabled)
	}
	if is.Name == was.Name {
		return nil
	}
	return o.nameIsFree(s, patched.id, is.Name)
}
