package desired

import (
	_ "embed"
	"strings"
)

//go:embed knownloggers.txt
var loggersText string

// knownLoggers returns the loggers of connectors that SailPoint documents. They are facts
// from these pages, as the list of logging classes in the SailPoint extension for VS Code
// (yannick-beot-sp/vscode-sailpoint-identitynow) has them:
//
//	https://community.sailpoint.com/t5/IdentityNow-Articles/Enabling-Connector-Logging-in-IdentityNow/ta-p/188107
//	https://community.sailpoint.com/t5/Connector-Directory/CCG-Enable-Debug-Log-by-Connector/ta-p/169807
//
// Others exist, so only a name that is almost one of these is suspicious.
func knownLoggers() []string { return strings.Fields(loggersText) }
