package cli

import (
	"strings"

	"github.com/spf13/pflag"
)

// Output formats. Those behind json are for commands that judge something (ciFormats), or for lint alone (lintFormats).
const (
	formatText    = "text"
	formatJSON    = "json"
	formatJUnit   = "junit"
	formatGitHub  = "github"
	formatOneline = "oneline"
	formatJSONL   = "jsonl"
	formatSARIF   = "sarif"
)

// ciFormats are the formats for machines that watch over a project, of the commands that find faults; lintFormats those of lint.
var (
	ciFormats   = []string{formatJUnit, formatGitHub}
	lintFormats = []string{formatJUnit, formatGitHub, formatOneline, formatJSONL, formatSARIF}
)

// globals are the flags of every command.
type globals struct {
	project     string
	databaseURL string
	target      string
	format      string // the one of stdout, or else the first
	wishes      []wish // every --format
	logFormat   string
	output      string
	noColor     bool
	params      []string
}

func (g *globals) add(f *pflag.FlagSet) {
	f.StringVar(&g.project, "project", "", "folder of the project (default: walk up to runner.yaml or pipelines/)")
	f.StringVar(&g.databaseURL, "database-url", "", "database to use, such as postgres://user@host:5432/name")
	f.StringVar(&g.target, "target", "", "target of runner.yaml to use")
	g.format = formatText
	f.Var(formatFlag{g}, "format", "how the result is written, as `FORMAT[=FILE]`: text or json (one document); lint, test, apply and validate also junit or github; plan and review also markdown; lint also oneline, jsonl or sarif, and several at once")
	f.StringVar(&g.logFormat, "log-format", "", "json: progress as one JSON object per line on stderr")
	f.StringVar(&g.output, "output", "", "write the result to this file instead of stdout")
	f.BoolVar(&g.noColor, "no-color", false, "no colours (NO_COLOR does the same)")
	f.StringArrayVarP(&g.params, "param", "p", nil, "parameter of the pipeline, as name=value; may be repeated")
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
