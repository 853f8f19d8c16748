package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/mask"
	"clusterctl/internal/project"
	"clusterctl/internal/report"
)

// collected is what a run leaves for a report on several tenants.
type collected struct {
	document report.Document // without Kind if the run has no report
	measured measurement
}

// take takes what a printer prints, as a document.
func (c *collected) take(kind string, write printer) error {
	var text, data bytes.Buffer
	if err := errors.Join(write(&text, destination{format: formatText}), write(&data, destination{format: formatJSON})); err != nil {
		return err
	}
	c.document = report.OfFile(toolName(), kind, text.String(), data.Bytes())
	return nil
}

// forTenant returns the environment for a run on a tenant. What names or authenticates a
// tenant comes from the project alone.
func (e env) forTenant(t project.Tenant, credentials map[string]string) env {
	outside := e.Getenv
	e.Tenant = t
	e.Environ = nil // the outer run has checked it
	e.Getenv = func(name string) string {
		switch {
		case strings.HasPrefix(name, "SAIL_"), name == accessTokenVariable:
			return credentials[name]
		case name == stateVariable, strings.HasPrefix(name, "CLUSTERCTL_VAR_") && name != cli.Variable("var-file"):
			return outside(name)
		case strings.HasPrefix(name, "CLUSTERCTL_"): // the flags are words of the line
			return ""
		default:
			return outside(name)
		}
	}
	return e
}

// withoutSelection returns an environment that selects no tenant of a project.
func (e env) withoutSelection() env {
	outside := e.Getenv
	e.Getenv = func(name string) string {
		if name == cli.Variable("tenant") {
			return ""
		}
		return outside(name)
	}
	return e
}

// apart returns the environment for a run among others. It prints only lines on standard
// error, which name the tenant.
func (e env) apart(t project.Tenant, stderr io.Writer, to *collected) env {
	e.Outer, e.Masker = e.Masker, new(mask.Masker)
	e.Stdin, e.Stdout, e.Stderr = strings.NewReader(""), io.Discard, e.Masker.Writer(stderr)
	e.Log = e.Log.of(t.Name, e.Stderr)
	e.Collect = to
	return e
}

// oneByOne is a writer that several tenants share. It is no terminal.
type oneByOne struct {
	mu *sync.Mutex
	w  io.Writer
}

func (o oneByOne) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// The variables that stand for credentials in the environment of a run.
const (
	clientIDVariable     = "SAIL_CLIENT_ID"
	clientSecretVariable = "SAIL_CLIENT_SECRET"      //nolint:gosec // G101: the name of a variable
	accessTokenVariable  = "CLUSTERCTL_ACCESS_TOKEN" //nolint:gosec // G101: the name of a variable
	stateVariable        = "CLUSTERCTL_STATE_DIR"
)

// credentialsOf reads the credentials of a tenant from where the project says.
func (p loadedProject) credentialsOf(ctx context.Context, e env, t project.Tenant) (map[string]string, error) {
	found := map[string]string{}
	for _, c := range []struct {
		key, variable string
		origin        project.Origin
	}{
		{"clientId", clientIDVariable, t.Credentials.ClientID},
		{"clientSecret", clientSecretVariable, t.Credentials.ClientSecret},
		{"accessToken", accessTokenVariable, t.Credentials.AccessToken},
	} {
		if c.origin.IsZero() {
			continue
		}
		text, err := p.valueFrom(ctx, e, c.origin)
		if err == nil && strings.TrimSpace(text) == "" {
			err = errors.New("empty (check where it comes from)")
		}
		secret, damaged := parseSecret(text)
		if err = errors.Join(err, damaged); err != nil {
			return nil, fmt.Errorf("credentials.%s: %w", c.key, err)
		}
		if c.variable != clientIDVariable {
			e.learn(string(secret))
		}
		found[c.variable] = string(secret)
	}
	return found, nil
}

func (p loadedProject) valueFrom(ctx context.Context, e env, o project.Origin) (string, error) {
	switch {
	case o.Env != "":
		value := e.Getenv(o.Env)
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set", o.Env)
		}
		return value, nil
	case o.File != "":
		data, err := readBounded(ctx, p.path(o.File), nil, maxSecret)
		return string(data), err
	default:
		return p.printedBy(ctx, o.Command)
	}
}

// commandTimeout limits a program that prints a credential.
const commandTimeout = 30 * time.Second

// printedBy runs a program and returns its output. Neither that nor its arguments are in an
// error, because they may be secret.
func (p loadedProject) printedBy(ctx context.Context, words []string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, commandTimeout, fmt.Errorf("no end within %s", commandTimeout))
	defer cancel()
	var out bounded64K
	program := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // G204: the project names it
	program.Dir, program.Stdout, program.WaitDelay = p.dir, &out, time.Second
	err := program.Run()
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case out.Len() > maxSecret:
		err = errors.New("too much output")
	}
	if err != nil {
		return "", fmt.Errorf("command %s: %w (run it by hand)", filepath.Base(words[0]), err)
	}
	return out.String(), nil
}

// bounded64K keeps a little more than a secret may have.
type bounded64K struct{ bytes.Buffer }

func (b *bounded64K) Write(p []byte) (int, error) {
	_, _ = b.Buffer.Write(p[:min(len(p), max(maxSecret+1-b.Len(), 0))])
	return len(p), nil
}
