package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"streamflow/runner/infer"
	"streamflow/runner/report"
	"streamflow/runner/scaffold"
	"streamflow/runner/spec"
)

// inferFlags are those of runner infer.
type inferFlags struct {
	name   string
	asOf   []string
	split  bool
	dryRun bool
}

func inferCommand(a *app) *cobra.Command {
	var f inferFlags
	c := describe(&cobra.Command{
		Use:   "infer FILE|DIR...",
		Short: "Specs proposed from data: tables, types, keys, references and rules",
		Long: `Infer reads every row of the files and proposes a pipeline and one expectations file for each table, with the evidence as comments.
Several folders with files of the same names are months of one pipeline. Their dates are taken from names such as 2024-01, or given
by --as-of, once for each month in order. A date format that the data leaves open stands in the spec as a choice, which lint refuses
until it is made. Nothing is overwritten: when a file is there, or a table is declared already, nothing is written at all.

The folder becomes a project by this. The data has to lie inside of it.`,
		Example: "runner infer data/seeds/month_000/*.csv\nrunner infer data/seeds/* --as-of 2024-01-31 --as-of 2024-02-29\nrunner infer data/2024-01 data/2024-02 --name shop --dry-run",
		RunE:    func(c *cobra.Command, args []string) error { return a.infer(c.Context(), args, f) },
	}, needs{"no", "yes, all rows are read", "pipelines/*.yaml and expectations/*.yaml, new ones only"})
	c.Flags().StringVar(&f.name, "name", "", "name of the pipeline (default: that of the data's folder)")
	c.Flags().StringArrayVar(&f.asOf, "as-of", nil, "date of a month, YYYY-MM-DD; once for each, in order")
	c.Flags().BoolVar(&f.split, "split", false, "one pipeline for each table")
	c.Flags().BoolVar(&f.dryRun, "dry-run", false, "show the files instead of writing them")
	return c
}

func (a *app) infer(ctx context.Context, args []string, f inferFlags) error {
	if err := a.flags.check(); err != nil {
		return err
	}
	if len(args) == 0 {
		return usage("give files or folders, such as runner infer data/2024-01", "which data?")
	}
	root, err := a.inferRoot()
	if err != nil {
		return err
	}
	months, err := findMonths(root, args)
	if err != nil {
		return err
	}
	if err := months.date(f.asOf); err != nil {
		return err
	}
	tree, findings := spec.Load(os.DirFS(root), specPaths(os.DirFS(root), nil))
	if findings.HasErrors() {
		return a.refuse(&project{root: root, tree: tree, findings: findings})
	}
	out, err := a.proposal(ctx, root, months, f)
	if err != nil {
		return err
	}
	if found := conflicts(root, tree, out); len(found) > 0 {
		if !f.dryRun {
			return usage("nothing was written; remove or rename what is there, choose another --name, or look at the proposal with --dry-run", "%s", strings.Join(found, "; "))
		}
		out.Notes = append(out.Notes, "this would not be written: "+strings.Join(found, "; "))
	}
	if _, err := os.Stat(filepath.Join(root, scaffold.Schema)); err == nil {
		for i, f := range out.Files {
			out.Files[i].Text = scaffold.WithModeline(f.Path, f.Text)
		}
	}
	out.Next = "runner lint"
	out.Notes = append(months.notes, out.Notes...)
	if here, err := filepath.Abs("."); err == nil && here != root {
		out.Notes = append(out.Notes, "the project is "+root)
	}
	if !f.dryRun {
		list := make([]scaffold.File, len(out.Files))
		for i, f := range out.Files {
			list[i] = scaffold.File{Path: f.Path, Content: []byte(f.Text)}
		}
		if made, err := writeNew(root, list); err != nil {
			return takeBack(made, err)
		}
		out.Written = true
	}
	return a.result(func(w io.Writer, opts report.TextOptions) error {
		if a.flags.format == formatJSON {
			return report.InferJSON(w, out)
		}
		return report.InferText(w, out, opts)
	})
}

// inferRoot is the project, or the folder that becomes one.
func (a *app) inferRoot() (string, error) {
	if dir := a.flags.project; dir != "" {
		info, err := os.Stat(dir)
		if err != nil || !info.IsDir() {
			return "", usage("make the folder first", "--project %s is no folder", dir)
		}
		return filepath.Abs(dir)
	}
	if root, err := a.findRoot("."); err == nil {
		return root, nil
	}
	return filepath.Abs(".")
}

// proposal reads the data. A table that is not in UTF-8 is read again in the encodings that remain.
func (a *app) proposal(ctx context.Context, root string, months *months, f inferFlags) (*report.Inferred, error) {
	name := f.name
	if name == "" {
		name = months.name(root)
	}
	if strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
		return nil, usage("use letters, digits, _ and -", "--name %q cannot be the name of a file", name)
	}
	o := infer.Options{Name: name, AsOf: months.asOf, Split: f.split, Origin: months.origin()}
	if months.foldered() {
		o.Dirs = months.dirs
	}
	news := a.progress()
	defer news.Close()
	tables, err := sniffTables(ctx, root, months, news.Event)
	for err == nil {
		inputs := make([]infer.Input, len(tables))
		for i, t := range tables {
			inputs[i] = t.input()
		}
		var out *report.Inferred
		if out, err = infer.Propose(inputs, o); err == nil {
			return out, nil
		}
		err = tryOtherEncodings(tables, err)
	}
	if errors.Is(err, errFaulty) {
		news.Close()
		return nil, a.refuseData(tables)
	}
	return nil, err
}

// tryOtherEncodings changes the encoding of tables that are not of the last one, or returns why that is no use.
func tryOtherEncodings(tables []*inferTable, err error) error {
	changed := false
	for _, t := range tables {
		changed = t.tryNext() || changed
	}
	if changed {
		return nil
	}
	if errors.Is(err, errFaulty) {
		return errFaulty
	}
	return surrounding("", err)
}
