package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/check"
	"streamflow/runner/imports"
	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

func importCommand(a *app) *cobra.Command {
	c := describe(&cobra.Command{
		Use:   "import COMMAND",
		Short: "Expectations out of what another tool has: great-expectations",
		Long:  "Import reads what another tool says of a table and writes it as an expectations file of this project.",
	}, needs{"no", "no", "a file, with --output"})
	return group(c, a.importGreatExpectations())
}

func (a *app) importGreatExpectations() *cobra.Command {
	var table string
	var strict bool
	c := describe(&cobra.Command{
		Use:   "great-expectations FILE --table TABLE",
		Short: "An expectations file from a suite of Great Expectations, 0.x or 1.x",
		Long: `Great-expectations reads the JSON of an expectation suite and writes rules that give the same verdicts, for a table of this project,
whose declared columns and types they are checked against. What cannot be carried over is named, with the reason, in comments at
the end. The result goes to stdout, or to a new file with --output; a file that is there is never overwritten.`,
		Example: "runner import great-expectations suite.json --table meters\n" +
			"runner import great-expectations suite.json --table meters --output expectations/meters_suite.yaml --strict",
		Args: atMost(1, "one file"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("give the JSON of a suite", "which file?")
			}
			return a.importSuite(args[0], table, strict)
		},
	}, needs{"no", "no", "a file, with --output"})
	c.Flags().StringVar(&table, "table", "", "the declared table that the suite is about")
	c.Flags().BoolVar(&strict, "strict", false, "exit with 1 when something cannot be carried over")
	return c
}

func (a *app) importSuite(file, table string, strict bool) error {
	target := a.flags.output
	p, err := a.load()
	if err != nil {
		return err
	}
	t, err := importTable(p, table)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return usage("give the JSON of a suite", "%v", err)
	}
	if _, err := os.Lstat(target); target != "" && err == nil {
		return usage("choose another name, or move the file away", "--output %s: the file is there already, and is not overwritten", target)
	}
	out, err := imports.GreatExpectations(data, filepath.Base(file), t)
	if err != nil {
		return usage("", "%s: %v", file, err)
	}
	if err := a.showImport(out, t.Name); err != nil {
		return err
	}
	if strict && len(out.Missing()) > 0 {
		return exitCode(report.ExitRefused)
	}
	return nil
}

// importTable is the declared table of a name.
func importTable(p *project, name string) (imports.Table, error) {
	var known []string
	for _, pl := range p.model.Pipelines {
		for _, l := range pl.Loads {
			known = append(known, l.Table.Name)
		}
	}
	if name == "" {
		return imports.Table{}, usage("add --table and one of: "+strings.Join(known, ", "), "which table is the suite about?")
	}
	env, table, ok := check.Env(p.tree, name)
	if !ok {
		return imports.Table{}, usage(cmp.Or(diag.DidYouMean(name, known), "the declared tables are "+strings.Join(known, ", ")), "--table %q: no pipeline declares this table", name)
	}
	return imports.Table{Name: name, Columns: table.Columns, Env: env}, nil
}

// showImport writes the YAML, and beside it what became of the suite: on stdout when the YAML goes to a file, else on stderr.
func (a *app) showImport(out imports.Result, table string) error {
	target := a.flags.output
	if target != "" {
		f, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if err != nil {
			return surrounding("", err)
		}
		_, err = io.WriteString(f, out.YAML)
		if closing := f.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return surrounding("", err)
		}
	}
	if a.flags.format == formatJSON {
		return a.writeFault(json.NewEncoder(a.stdout).Encode(importDocumentOf(out, table, target)))
	}
	if target == "" {
		if _, err := io.WriteString(a.stdout, out.YAML); err != nil {
			return a.writeFault(err)
		}
		return a.writeFault(importSummary(a.stderr, out))
	}
	for _, i := range out.Missing() {
		if _, err := fmt.Fprintf(a.stdout, "LOST  %s\n      %s\n", i.Title(), i.Refused); err != nil {
			return a.writeFault(err)
		}
	}
	return a.writeFault(importSummary(a.stdout, out))
}

// importSummary counts what became of a suite, in one line.
func importSummary(w io.Writer, out imports.Result) error {
	rules, always, twice := importCounts(out)
	_, err := fmt.Fprintf(w, "%d of %d expectations carried over: %d rules, %d always true, %d said twice; %d not carried over\n", out.Carried(), len(out.Items),
		rules, always, twice, len(out.Missing()))
	return err
}

func importCounts(out imports.Result) (rules, always, twice int) {
	for _, i := range out.Items {
		switch {
		case i.Rule != nil:
			rules++
		case i.Always != "":
			always++
		case i.SameAs != nil:
			twice++
		}
	}
	return rules, always, twice
}

// importDocument is the result of an import in JSON. Every key is always there.
type importDocument struct {
	Suite        string       `json:"suite"`
	Version      string       `json:"version"`
	Table        string       `json:"table"`
	Expectations int          `json:"expectations"`
	Rules        int          `json:"rules"`
	AlwaysTrue   int          `json:"always_true"`
	SaidTwice    int          `json:"said_twice"`
	Lost         []importItem `json:"lost"`
	Output       string       `json:"output"` // the file that was written; empty when there is none
	YAML         string       `json:"yaml"`
}

// importItem is an expectation that was not carried over.
type importItem struct {
	Index   int    `json:"index"`
	Type    string `json:"type"`
	Columns string `json:"columns"`
	Reason  string `json:"reason"`
}

func importDocumentOf(out imports.Result, table, output string) importDocument {
	d := importDocument{Suite: out.Suite, Version: out.Version, Table: table, Expectations: len(out.Items), Lost: []importItem{}, Output: output, YAML: out.YAML}
	d.Rules, d.AlwaysTrue, d.SaidTwice = importCounts(out)
	for _, i := range out.Missing() {
		d.Lost = append(d.Lost, importItem{i.Index, i.Type, i.About, i.Refused})
	}
	return d
}
