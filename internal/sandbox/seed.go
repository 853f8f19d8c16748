package sandbox

import (
	"fmt"
	"strconv"
	"time"
)

// seed adds n clusters to a state that never had any. They depend only on org and n; just the log
// configurations are relative to now, so that not all have expired.
func seed(s state, org string, n int, now time.Time) error {
	if s.everHadAny() {
		return nil
	}
	for i := range n {
		number, err := s.nextNumber()
		if err != nil {
			return err
		}
		id := digest("cluster", org+" "+strconv.Itoa(i))
		doc, err := seededDocument(org, id, number, i)
		if err != nil {
			return err
		}
		if err := s.put(id, doc); err != nil {
			return err
		}
		if log, ok := seededLog(i, now); ok {
			if err := s.putLog(id, log); err != nil {
				return err
			}
		}
	}
	return nil
}

// seededDocument returns the i-th seeded cluster. Fields vary with different periods, so that
// most combinations occur.
func seededDocument(org, id string, number uint64, i int) ([]byte, error) {
	created := seededCreation(i)
	d := newDocument(org, id, number, created, creation{
		name:          seededName(i),
		kind:          seededType(i),
		description:   seededDescription(i),
		configuration: map[string]string{"gmtOffset": seededOffset(i), "debug": strconv.FormatBool(i%11 == 10)},
	})
	d.UpdatedAt = stamped(created.Add(time.Duration(i%13) * 29 * time.Hour))
	d.addClients(i)
	d.UpdatePreferences = seededPreferences(i)
	return without(encode(d), absentMembers(i))
}

// seededCreation returns the creation time of the i-th cluster. All are different, within two and
// a half years from a fixed date.
func seededCreation(i int) time.Time {
	first := time.Date(2024, time.January, 15, 8, 0, 0, 123_456_000, time.UTC)
	return first.Add(time.Duration(i%600)*37*time.Hour + time.Duration(i)*time.Second)
}

// absentMembers returns the members that the i-th seeded cluster lacks. The real tenant
// guarantees none of them.
func absentMembers(i int) []string {
	switch {
	case i%17 == 7:
		return []string{"configuration"}
	case i%13 == 4:
		return []string{"updatePreferences"}
	case i%5 == 3:
		return []string{"description", "alertKey"}
	}
	return nil
}

// cities returns parts of the names of seeded clusters.
func cities() []string {
	return []string{
		"austin", "boston", "chicago", "denver", "dublin", "frankfurt", "geneva", "houston", "lisbon", "london",
		"madrid", "melbourne", "milan", "mumbai", "oslo", "paris", "phoenix", "pune", "seattle", "singapore",
		"sydney", "tokyo", "toronto", "zurich",
	}
}

// seededName returns a unique name. After the last city, names have a number.
func seededName(i int) string {
	switch seededType(i) {
	case typeSPConnect:
		return "sp-connect-cluster"
	case typeSQS:
		return "sqs-cluster"
	}
	city, round := cities()[i%len(cities())], i/len(cities())
	if round == 0 {
		return "va-" + city
	}
	return fmt.Sprintf("va-%s-%02d", city, round+1)
}

// seededType returns idn for most clusters; the third and the tenth are system-managed.
func seededType(i int) string {
	switch {
	case i == 2:
		return typeSPConnect
	case i == 9:
		return typeSQS
	case i%12 == 5:
		return "iai"
	case i%12 == 8:
		return "standard"
	case i%12 == 11:
		return "pag"
	}
	return "idn"
}

func seededDescription(i int) *string {
	switch i % 5 {
	case 1:
		return nil
	case 2:
		return new("")
	}
	return new(fmt.Sprintf("Virtual appliances of site %03d", i+1))
}

func seededOffset(i int) string {
	offsets := []string{"-6", "-5", "0", "1", "5", "8", "-8"}
	return offsets[i%len(offsets)]
}

// addClients adds clients, and the members that depend on them, to every other cluster.
func (d *document) addClients(i int) {
	if i%2 == 1 {
		d.Status = "NO_CLIENTS"
		return
	}
	d.ClientIDs = []string{strconv.Itoa(1200 + 2*i), strconv.Itoa(1201 + 2*i)}
	d.ServiceCount = i % 7
	d.InstalledRelease = new(fmt.Sprintf("%d.1", 120+i%4))
	switch i % 8 {
	case 4:
		d.Status, d.AlertKey, d.Health = "WARNING", new("LIMITED_RESOURCES"), new("WARNING")
	case 6:
		d.Status, d.AlertKey, d.Health = "FAILED", new("CLUSTER_UNREACHABLE"), new("ERROR")
	default:
		d.Status, d.Operational, d.Health = "NORMAL", true, new("NORMAL")
	}
}

func seededPreferences(i int) *preferences {
	switch i % 9 {
	case 1:
		return nil
	case 6:
		return &preferences{UpdateState: new("AUTO"), NotificationEmail: new("va-team@example.com")}
	}
	return &preferences{}
}

// seededLog returns a current log configuration for some clusters, and for others one that
// expired so recently that the cluster still shows it.
func seededLog(i int, now time.Time) (logConfig, bool) {
	switch i % 20 {
	case 1:
		return logFrom(now, 120, "DEBUG"), true
	case 4:
		return logFrom(now.Add(-90*time.Minute), 60, "TRACE"), true
	}
	return logConfig{}, false
}

func logFrom(start time.Time, minutes int, connector string) logConfig {
	return logConfig{
		DurationMinutes: minutes,
		Expiration:      stamped(start.Add(time.Duration(minutes) * time.Minute)),
		RootLevel:       "INFO",
		LogLevels:       map[string]string{"sailpoint.connector.ADLDAPConnector": connector},
	}
}
