package receipt

// Summary counts outcomes by their word. Skipped counts what is blocked as well,
// which is no change of the plan.
type Summary struct {
	Applied      int `json:"applied"`
	Unchanged    int `json:"unchanged"`
	Failed       int `json:"failed"`
	Conflict     int `json:"conflict"`
	NotApplied   int `json:"notApplied"`
	Skipped      int `json:"skipped"`
	NotAttempted int `json:"notAttempted"`
	Unverified   int `json:"unverified,omitempty"`
	Unknown      int `json:"unknown,omitempty"`
}

// NotInForce counts the changes that were tried and are not known to be in force.
func (s Summary) NotInForce() int {
	return s.Failed + s.Conflict + s.NotApplied + s.Unverified + s.Unknown
}
