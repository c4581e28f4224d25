package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"streamflow/runner/internal/diag"
)

// Output formats. The last two are for commands that judge something (ciFormats).
const (
	formatText   = "text"
	formatJSON   = "json"
	formatJUnit  = "junit"
	formatGitHub = "github"
)

// ciFormats are the formats for machines that watch over a project, of the commands that find faults.
var ciFormats = []string{formatJUnit, formatGitHub}

// globals are the flags of every command.
type globals struct {
	project     string
	databaseURL string
	target      string
	format      string
	logFormat   string
	output      string
	noColor     bool
	params      []string
}

func (g *globals) add(f *pflag.FlagSet) {
	f.StringVar(&g.project, "project", "", "folder of the project (default: walk up to runner.yaml or pipelines/)")
	f.StringVar(&g.databaseURL, "database-url", "", "database to use, such as postgres://user@host:5432/name")
	f.StringVar(&g.target, "target", "", "target of runner.yaml to use")
	f.StringVar(&g.format, "format", formatText, "how the result is written: text or json (one document); lint, test, apply and validate also junit or github")
	f.StringVar(&g.logFormat, "log-format", "", "json: progress as one JSON object per line on stderr")
	f.StringVar(&g.output, "output", "", "write the result to this file instead of stdout")
	f.BoolVar(&g.noColor, "no-color", false, "no colours (NO_COLOR does the same)")
	f.StringArrayVarP(&g.params, "param", "p", nil, "parameter of the pipeline, as name=value; may be repeated")
}

// check refuses values that no command knows, and formats that this one does not have; more are those beside text and json.
func (g *globals) check(more ...string) error {
	if err := oneOf("--format", g.format, append([]string{formatText, formatJSON}, more...)...); err != nil {
		if slices.Contains(ciFormats, g.format) {
			return usage("it is for lint, test, apply and validate", "this command has no --format %s", g.format)
		}
		return err
	}
	if err := g.checkOutput(); err != nil || g.logFormat == "" {
		return err
	}
	return oneOf("--log-format", g.logFormat, formatText, formatJSON)
}

// checkOutput looks at the folder of --output before any work is done, rather than after it.
func (g *globals) checkOutput() error { return folderOf("--output", g.output) }

// folderOf refuses the file of a flag whose folder is not there. An empty path is none.
func folderOf(flag, path string) error {
	if path == "" {
		return nil
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return surrounding("make the folder first", fmt.Errorf("%s %s: there is no folder %s", flag, path, dir))
	}
	return nil
}

func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	hint := diag.DidYouMean(value, allowed)
	if hint == "" {
		hint = "choose one of " + strings.Join(allowed, ", ")
	}
	return usage(hint, "%s %q is not known", flag, value)
}

// given returns the parameters of -p. The same name twice with different values is refused: either could have been meant.
func (g *globals) given() (map[string]string, error) {
	out := map[string]string{}
	for _, p := range g.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, usage("such as -p as_of=2024-01-31", "-p %q is not name=value", p)
		}
		if before, twice := out[name]; twice && before != value {
			return nil, usage("give it once", "-p %s was given twice: %q and %q", name, before, value)
		}
		out[name] = value
	}
	return out, nil
}
