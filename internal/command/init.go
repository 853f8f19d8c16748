package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/project"
)

type initOptions struct {
	tenant  tenantOptions
	name    string // of the tenant in the project
	project string // the path of the project file
}

func initCommand(e env) *cli.Command {
	var o initOptions
	return &cli.Command{
		Name:      "init",
		Usage:     "create a project and export a first tenant",
		Arguments: "NAME",
		Description: "Checks the connection, writes the tenant to NAME.yaml and the project to clusterctl.yaml,\n" +
			"and plans: there are no changes. Asks for the base URL if it is missing. Overwrites no file,\n" +
			"and changes nothing in the tenant.",
		Examples: []string{
			"clusterctl init acme --base-url https://acme.api.identitynow.com  # with SAIL_CLIENT_ID, _SECRET",
			"clusterctl init trial --sandbox ./rehearsal                       # with an embedded tenant",
		},
		Flags: slices.Concat(o.tenant.flags(), []cli.Flag{
			{Name: "project", Section: "Files:", To: cli.String(&o.project), Default: project.File, Usage: "write the project to `FILE`, and the tenant next to it"},
		}),
		Run: func(ctx context.Context, l cli.Line) error {
			return checked(e, o.check, func(ctx context.Context, e env) error { return o.run(ctx, e, l) })(ctx, l)
		},
	}
}

func (o *initOptions) check(l cli.Line, e env) error {
	o.name = l.Argument()
	switch {
	case !project.IsName(o.name):
		return fmt.Errorf("tenant name %q is not valid (use letters, digits and . _ -, such as acme-sb)", o.name)
	case l.IsGiven("client-id"):
		return errors.New("--client-id: a project holds no credentials (set SAIL_CLIENT_ID instead)")
	}
	for _, path := range []string{o.project, o.file()} {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s already exists (use another directory, or add the tenant to the project by hand)", path)
		}
	}
	return o.tenant.check(e, output{})
}

// file returns the path of the exported file.
func (o *initOptions) file() string { return filepath.Join(filepath.Dir(o.project), o.name+".yaml") }

// fromProject returns a path as the project file has it.
func (o *initOptions) fromProject(path string) string {
	if relative, err := filepath.Rel(filepath.Dir(o.project), path); err == nil && !filepath.IsAbs(path) {
		path = relative
	}
	return filepath.ToSlash(path)
}

func (o *initOptions) run(ctx context.Context, e env, l cli.Line) error {
	e = e.withoutSelection()
	words := l.Words(func(flag string) bool { return !slices.Contains([]string{"base-url", "sandbox", "project"}, flag) })
	if o.tenant.sandbox == "" && o.tenant.baseURL == "" {
		if !e.isTerminal(e.Stdin) {
			return errors.New("no tenant given (use --base-url or SAIL_BASE_URL, or --sandbox DIR)")
		}
		fmt.Fprint(e.Stderr, "Base URL of the tenant, such as https://acme.api.identitynow.com: ")
		var err error
		if o.tenant.baseURL, err = readLine(ctx, e.Stdin); err != nil {
			return err
		}
	}
	if o.tenant.sandbox != "" {
		words = append(words, "--sandbox="+o.tenant.sandbox)
	} else {
		words = append(words, "--base-url="+o.tenant.baseURL)
	}
	if err := newApp(e).Run(ctx, slices.Concat([]string{"clusterctl", "ping"}, words)); err != nil {
		return err
	}
	if err := o.write(ctx, e, words); err != nil {
		return err
	}
	return newApp(e).Run(ctx, []string{"clusterctl", "plan", "--tenant", o.name, "--project", o.project})
}

// write exports the tenant and writes both files.
func (o *initOptions) write(ctx context.Context, e env, words []string) error {
	var exported collected
	reading := e
	reading.Collect = &exported
	if err := newApp(reading).Run(ctx, slices.Concat([]string{"clusterctl", "export"}, words)); err != nil {
		return err
	}
	data, _ := exported.document.Data.(json.RawMessage)
	var file struct{ Tenant string }
	if err := json.Unmarshal(data, &file); err != nil {
		return err
	}
	text, found := desired.Format(desired.Input{Name: project.File, Data: []byte(o.content(e, file.Tenant))})
	if found.HasErrors() {
		return &filesError{found}
	}
	for _, f := range []struct {
		path string
		data []byte
	}{{o.file(), []byte(exported.document.Text.Whole)}, {o.project, text}} {
		if err := e.replaceFile(f.path, f.data); err != nil {
			return err
		}
		e.Log.Info("wrote " + escape.Text(f.path))
	}
	return nil
}

// content returns the project file. It names where the credentials of this run came from.
func (o *initOptions) content(e env, org string) string {
	var b strings.Builder
	line := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, "    %s: %s\n", key, value)
		}
	}
	quoted := func(s string) string {
		if s == "" {
			return ""
		}
		return strconv.Quote(s)
	}
	fmt.Fprintf(&b, "version: 1\ntenants:\n  %s:\n", quoted(o.name))
	line("tenant", quoted(org))
	if o.tenant.sandbox != "" {
		line("sandbox", quoted(o.fromProject(o.tenant.sandbox)))
	} else {
		line("baseURL", quoted(o.tenant.baseURL))
	}
	line("apiVersion", o.tenant.apiVersion)
	line("files", "["+quoted(o.name+".yaml")+"]")
	switch {
	case o.tenant.sandbox != "":
	case e.Getenv(accessTokenVariable) != "":
		line("credentials", "{accessToken: {env: "+accessTokenVariable+"}}")
	default:
		secret := "{env: " + clientSecretVariable + "}"
		if o.tenant.secretFile != "" {
			secret = "{file: " + quoted(o.fromProject(o.tenant.secretFile)) + "}"
		}
		line("credentials", "\n      clientId: {env: "+clientIDVariable+"}\n      clientSecret: "+secret)
	}
	return b.String()
}
