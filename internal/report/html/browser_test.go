//go:build browser

package html_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"clusterctl/internal/escape"
	"clusterctl/internal/report"
)

// browserLimit ends a test whose browser hangs.
const browserLimit = time.Minute

// findBrowser finds a Chromium, whatever it is called here.
func findBrowser() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium on the path (on Debian: apt-get install chromium; Google Chrome does as well)")
}

// startBrowser starts a browser without a window, for one test and its tabs.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := findBrowser()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), browserLimit)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return ctx
}

// tab is a page that is open, and what it has done so far.
type tab struct {
	*testing.T
	ctx context.Context
	url string

	mu       sync.Mutex
	requests []string
	trouble  []string
}

// openPage opens a page from disk. When the test ends, it must have asked for
// nothing but its own file, and have said nothing on the console.
func openPage(browser context.Context, t *testing.T, write func(io.Writer) error, before ...chromedp.Action[chromedp.Void]) *tab {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(pageOf(t, pageCase{"", write})), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, url: "file://" + path}
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	p.run(send(network.Enable, network.EnableParams{}), chromedp.EmulateViewport(1280, 900))
	p.run(before...)
	p.run(chromedp.Navigate(p.url))
	t.Cleanup(p.checkQuiet)
	return p
}

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		p.trouble = append(p.trouble, "console: "+string(e.Type))
	case *runtime.EventExceptionThrown:
		p.trouble = append(p.trouble, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		p.trouble = append(p.trouble, "log: "+e.Entry.Text)
	case *cdpage.EventJavascriptDialogOpening:
		p.trouble = append(p.trouble, "dialog: "+e.Message)
	}
}

func (p *tab) checkQuiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Equal(p.requests, []string{p.url}) {
		p.Errorf("asked for %q, and not for its own file alone", p.requests)
	}
	for _, trouble := range p.trouble {
		p.Error(trouble)
	}
}

// send is the action that sends one command of the protocol.
func send[P any](command cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

func (p *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// evaluated is what an expression comes to in the page.
func evaluated[T any](p *tab, expression string) T {
	p.Helper()
	result, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return result
}

// visible counts the items that can be seen.
func (p *tab) visible() int {
	p.Helper()
	return evaluated[int](p, `[...document.querySelectorAll(".item")].filter(i => i.checkVisibility()).length`)
}

func (p *tab) expectVisible(want int, after string) {
	p.Helper()
	if got := p.visible(); got != want {
		p.Errorf("%s: %d items can be seen, want %d", after, got, want)
	}
}

// screenshot keeps what the page looks like where CLUSTERCTL_SCREENSHOTS names a
// directory.
func (p *tab) screenshot(name string) {
	p.Helper()
	dir := os.Getenv("CLUSTERCTL_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		p.Fatal(err)
	}
}

func dark() chromedp.Action[chromedp.Void] {
	return send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
}

func narrow() chromedp.Action[chromedp.Void] { return chromedp.EmulateViewport(400, 900) }

// Every page opens without messages in light and dark mode and on a narrow screen, and is never
// wider than the screen.
func TestBrowserOpensEveryPage(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	for _, p := range pages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			tab := openPage(browser, t, p.write)
			light := evaluated[string](tab, `getComputedStyle(document.body).backgroundColor`)
			tab.screenshot(p.name + "-light")
			tab.run(dark())
			if evaluated[string](tab, `getComputedStyle(document.body).backgroundColor`) == light {
				t.Error("dark is as light")
			}
			tab.screenshot(p.name + "-dark")
			tab.run(narrow())
			if width := evaluated[int](tab, `document.documentElement.scrollWidth`); width > 400 {
				t.Errorf("%d wide on a screen of 400", width)
			}
			tab.screenshot(p.name + "-narrow")
		})
	}
}

// slash presses the key as a keyboard does: what its script refuses is not typed.
func slash() chromedp.Action[chromedp.Void] {
	return send(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Code: "Slash", Text: "/"})
}

func TestBrowserFiltersAndSearches(t *testing.T) {
	t.Parallel()
	tab := openPage(startBrowser(t), t, func(w io.Writer) error { return inHTML().Plan(w, pagePlan()) })
	tab.expectVisible(7, "as it opens")

	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="delete"]`)))
	tab.expectVisible(1, "deletes")
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="unmanaged"]`)))
	tab.expectVisible(2, "deletes and, no longer folded, what is unmanaged")
	if got := evaluated[string](tab, `location.hash`); got != "#kind=delete%2Cunmanaged" {
		t.Errorf("the address is %s", got)
	}
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="delete"]`)), chromedp.Click(chromedp.CSS(`[data-filter="unmanaged"]`)))
	tab.expectVisible(7, "no kind any more")

	tab.run(slash(), chromedp.KeyEvent("GMTOFFSET austin"))
	tab.expectVisible(1, "two words, from the keyboard")
	tab.screenshot("plan-search")
	if got := evaluated[string](tab, `document.getElementById("search").value`); got != "GMTOFFSET austin" {
		t.Errorf("searched for %q", got)
	}
	tab.run(chromedp.KeyEvent(" nowhere"))
	tab.expectVisible(0, "nothing matches")
	if got := evaluated[string](tab, `document.getElementById("shown").textContent`); got != "0 of 10 shown" {
		t.Errorf("got: %s", got)
	}
	tab.run(chromedp.KeyEvent("\x1b"))
	tab.expectVisible(7, "Escape")

	evaluated[string](tab, `location.hash = "#kind=update&q=austin"`)
	if _, err := chromedp.Run(tab.ctx, chromedp.Poll[bool](`document.querySelector('[data-filter="update"]').ariaPressed === "true"`)); err != nil {
		t.Fatal(err)
	}
	tab.expectVisible(1, "from the address")
}

func TestBrowserIsNotTakenInByNames(t *testing.T) {
	t.Parallel()
	tab := openPage(startBrowser(t), t, func(w io.Writer) error { return inHTML().Plan(w, hostilePlan()) })
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="other"]`)), chromedp.SendKeys(chromedp.CSS(`#search`), `<script>`))
	tab.expectVisible(4, "two names that hold a script, each of a change and of a finding")
	// Every name is pointed at and clicked, and each is there to be read.
	evaluated[int](tab, `[...document.querySelectorAll(".item *")].map((e) => {
		e.dispatchEvent(new MouseEvent("mouseover", {bubbles: true})); e.click();
	}).length`)
	for expression, want := range map[string]int{
		`"pwned" in window ? 1 : 0`:                                      0,
		`document.scripts.length`:                                        1,
		`document.styleSheets.length`:                                    1,
		`document.querySelectorAll("img,a,svg,iframe,base,link").length`: 0,
		`document.querySelectorAll("meta").length`:                       4,
	} {
		if got := evaluated[int](tab, expression); got != want {
			t.Errorf("%s is %d, want %d", expression, got, want)
		}
	}
	text := evaluated[string](tab, `document.body.textContent`)
	for _, name := range hostileNames() {
		if !strings.Contains(text, escape.Text(name)) {
			t.Errorf("%q cannot be read", name)
		}
	}
}

// On paper everything is there, filtered and folded items too, but no toolbar.
func TestBrowserPrintsEverything(t *testing.T) {
	t.Parallel()
	tab := openPage(startBrowser(t), t, func(w io.Writer) error {
		return inHTML()(w, report.OfDrift(pageDrift(), report.DriftOptions{Matching: 305, History: pastMonth()}))
	})
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="missing"]`)))
	tab.expectVisible(1, "filtered")
	tab.run(send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	tab.expectVisible(8, "on paper")
	if evaluated[bool](tab, `document.getElementById("toolbar").checkVisibility()`) {
		t.Error("the tools are printed")
	}
	if !evaluated[bool](tab, `document.querySelector(".numbers").checkVisibility()`) {
		t.Error("the numbers of the chart are not printed")
	}
	tab.screenshot("drift_history-print")
}

func TestBrowserShowsAllWithoutScript(t *testing.T) {
	t.Parallel()
	write := func(w io.Writer) error { return inHTML().Plan(w, pagePlan()) }
	tab := openPage(startBrowser(t), t, write, send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tab.expectVisible(10, "without script")
	if evaluated[bool](tab, `document.getElementById("toolbar").checkVisibility()`) {
		t.Error("there are tools that do nothing")
	}
	tab.screenshot("plan-noscript")
}

func TestBrowserDrawsTheHistory(t *testing.T) {
	t.Parallel()
	tab := openPage(startBrowser(t), t, func(w io.Writer) error {
		return inHTML()(w, report.OfDrift(pageDrift(), report.DriftOptions{Matching: 305, History: pastMonth()}))
	})
	for selector, want := range map[string]int{"svg .bar": 22, "svg g.run": 3, ".numbers tbody tr": 25} {
		if got := evaluated[int](tab, fmt.Sprintf(`document.querySelectorAll(%q).length`, selector)); got != want {
			t.Errorf("%d of %s, want %d", got, selector, want)
		}
	}
	if evaluated[string](tab, `getComputedStyle(document.querySelector("svg rect.k-missing")).fill`) == evaluated[string](tab, `getComputedStyle(document.querySelector("svg rect.k-changed")).fill`) {
		t.Error("kinds have one colour")
	}
}

func TestBrowserFiltersAThousandChanges(t *testing.T) {
	t.Parallel()
	tab := openPage(startBrowser(t), t, func(w io.Writer) error { return inHTML().Plan(w, mixedPlan(1000)) })
	tab.expectVisible(1000, "as it opens")
	tab.screenshot("large-light")
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="delete"]`)))
	tab.expectVisible(100, "deletes")
	tab.run(chromedp.Click(chromedp.CSS(`[data-filter="delete"]`)), chromedp.SendKeys(chromedp.CSS(`#search`), "va-05"))
	tab.expectVisible(100, "searched")
	tab.run(dark())
	tab.screenshot("large-searched-dark")
	took := evaluated[float64](tab, `(() => {
		const began = performance.now();
		document.querySelector('[data-filter="update"]').click();
		document.body.offsetHeight;
		return performance.now() - began;
	})()`)
	tab.expectVisible(50, "searched and filtered")
	t.Logf("a filter on 1,000 changes, laid out: %.0f ms", took)
}
