package report

import (
	"fmt"
	"strings"
)

// mostNamed is how many tenants a notice names.
const mostNamed = 10

// noticesOf returns the notices of all sections. One that several have names them.
func noticesOf(sections []Section) (all []Item) {
	names := map[string][]string{} // by message
	for _, s := range sections {
		for _, notice := range s.Notices() {
			if names[notice.Message] == nil {
				all = append(all, notice)
			}
			names[notice.Message] = append(names[notice.Message], s.Name)
		}
	}
	for i := range all {
		of := names[all[i].Message]
		if more := len(of) - mostNamed; more > 0 {
			of = append(of[:mostNamed:mostNamed], fmt.Sprintf("%d more", more))
		}
		all[i].Message = strings.Join(of, ", ") + ": " + all[i].Message
	}
	return all
}
