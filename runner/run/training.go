package run

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"streamflow/runner/dataset"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Training says what is built.
type Training struct {
	Set     *model.TrainingSet
	Output  string // the file, absolute or from the current folder; empty means that of the spec
	Replace bool   // other content may be there
	Explain bool   // the report has the SQL
}

// training is a training set under way.
type training struct {
	*runner
	w      Training
	out    *report.Training
	path   string // of the file; empty when nothing is written
	format dataset.Format
	file   *outFile
	stage  pgsql.Frag // of a spine that comes from a file
	dates  []string
	plan   *plan.Training

	nowhere   bool      // the result is only hashed, and rules are not judged
	to        io.Writer // where rows go without a path
	fullNames bool      // features are called view__feature
}

// BuildTraining builds a training set and writes it, with its manifest, to its file. It reads everything as of one moment. Other content than
// before is refused unless it may be replaced; the same content is left alone.
func BuildTraining(ctx context.Context, c Config, w Training) *report.Report {
	t := newTraining(c, w)
	t.finish(ctx, t.build(ctx))
	return t.rep
}

// newTraining makes a runner whose pipeline stands for the training set: its parameters, and its result as the one table.
func newTraining(c Config, w Training) *training {
	c.Pipeline = &model.Pipeline{Name: w.Set.Name, Params: w.Set.Params, Loads: []*model.Load{{Table: model.Table{Name: w.Set.Name, Columns: w.Set.Result()}, Rules: w.Set.Rules}}}
	t := &training{runner: newRunner(c), w: w, out: &report.Training{Name: w.Set.Name, State: refused, Explain: w.Explain}}
	t.rep.Pipeline, t.rep.Training = "", t.out
	return t
}

func (t *training) build(ctx context.Context) error {
	t.event(report.Event{Phase: "start", Text: t.Target})
	defer t.unlock()
	for _, step := range []func(context.Context) error{t.chooseParams, t.chooseOutput, func(ctx context.Context) error { return t.ledger.Migrate(ctx) }, t.lockOutput, t.stageSpine} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	defer func() { t.file.discard() }()
	if err := t.fill(ctx); err != nil {
		return err
	}
	return t.publish(ctx)
}

// fill joins and writes, as of one moment.
func (t *training) fill(ctx context.Context) error {
	return t.timed("fill", t.w.Set.Name, func() (int64, error) {
		err := t.DB.Snapshot(ctx, func() error {
			h, err := t.prepareJoin(ctx)
			if err != nil {
				return err
			}
			return t.write(ctx, h)
		})
		return t.out.Rows, err
	})
}

func (t *training) chooseParams(context.Context) error {
	sel, faults := plan.TrainingParams(t.w.Set, t.Params)
	if faults.HasErrors() {
		return &stop{code: report.ExitSpec, list: faults}
	}
	t.sel, t.rep.Params = sel, sel.Values
	return nil
}

// chooseOutput finds the file and its format.
func (t *training) chooseOutput(context.Context) error {
	shown := t.w.Output
	if t.path = t.w.Output; t.path == "" {
		if len(t.w.Set.Output) == 0 {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: t.w.Set.Origin, Message: fmt.Sprintf("training set %s has no output", t.w.Set.Name), Hint: "write output: FILE.csv in its spec, or give --output FILE"}}}
		}
		path, err := t.w.Set.Output.Fill(t.sel.Values, t.Getenv)
		if err != nil {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: t.w.Set.Origin, Message: err.Error()}}}
		}
		if shown, t.path = path, path; !filepath.IsAbs(path) {
			t.path = filepath.Join(t.Root, filepath.FromSlash(path))
		}
	}
	var known bool
	if t.format, known = dataset.FormatOf(t.path); !known {
		return &stop{code: report.ExitSpec, list: diag.List{{Message: fmt.Sprintf("the ending of %s does not tell its format", shown), Hint: "let it end in .csv, .parquet or .jsonl"}}}
	}
	if info, err := os.Stat(t.path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file that can be replaced", shown)
	}
	t.out.Output, t.out.Format, t.out.Manifest = shown, t.format.Name, shown+manifestEnding
	return nil
}

// lockOutput keeps two builds of one file apart.
func (t *training) lockOutput(ctx context.Context) error {
	if err := t.DB.Announce(ctx, "runner training build "+t.w.Set.Name); err != nil {
		return err
	}
	path := t.path
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	held, holder, err := t.DB.LockAll(ctx, []pg.Lock{{Name: "file " + path}}, t.Wait, nil)
	if err == nil && held != "" {
		return &stop{code: report.ExitLocked, list: diag.List{{Message: fmt.Sprintf("%s is being written by another run: %s", t.out.Output, orSomebody(holder)), Hint: "wait until it has ended"}}}
	}
	return err
}

// write streams the result into the file.
func (t *training) write(ctx context.Context, h *plan.History) error {
	a := &resultRows{name: t.w.Set.Name, query: h.Select(), columns: h.Columns(), format: t.format, rules: t.w.Set.Rules,
		subject: func(s plan.StagedAnswer) *plan.Subject { return s.Subject(t.w.Set, t.sel) }}
	if t.nowhere {
		a.rules = nil
	}
	path := t.path
	if t.nowhere {
		path = ""
	}
	var err error
	if t.file, err = createFile(path); err != nil {
		return err
	}
	t.file.other = t.to
	rows, nulls, err := t.writeAnswer(ctx, a, t.file)
	if err != nil {
		return err
	}
	if rows != t.out.Rows {
		return fmt.Errorf("%d rows went into the join and %d came out: this is a fault of runner", t.out.Rows, rows)
	}
	t.out.SHA256, t.out.Bytes = t.file.hash(), t.file.bytes
	t.out.Columns = resultColumns(a.columns, nulls, rows, t.role)
	return nil
}

// role is what a column of the result is there for.
func (t *training) role(name string) string {
	keys, rest := t.w.Set.Carried()
	is := func(list []model.Column) bool {
		return slices.ContainsFunc(list, func(c model.Column) bool { return c.Name == name })
	}
	switch {
	case name == model.EventTimestamp:
		return "time"
	case is(keys):
		return "key"
	case is(t.w.Set.Labels):
		return "label"
	case is(t.w.Set.Inputs):
		return "input"
	case is(rest):
		return "other"
	}
	return "feature"
}

// publish puts the file into its place, and remembers that.
func (t *training) publish(ctx context.Context) error {
	before, err := hashFile(t.path)
	if err != nil {
		return err
	}
	switch {
	case before == t.out.SHA256:
		t.out.State = report.TrainingUnchanged
	case before == "":
		t.out.State = report.TrainingWritten
	case !t.w.Replace:
		return t.refuseOther(before)
	default:
		t.out.State = report.TrainingReplaced
	}
	manifest := report.ManifestOf(t.out, plan.TrainingDefinition(t.Project, t.w.Set), filepath.Base(t.path), t.sel.Values)
	err = t.DB.Transaction(ctx, func() error { // what cannot be remembered is not written either
		if err := t.ledger.AddTraining(ctx, ledger.Built{Schema: t.DB.Schema(), Name: t.w.Set.Name, Output: t.out.Output, Manifest: manifest}, t.Now()); err != nil {
			return err
		}
		return t.keepFiles(manifest)
	})
	if err != nil {
		t.out.State = refused
	}
	return err
}

// refuseOther says how the file that is there differs.
func (t *training) refuseOther(before string) error {
	was := "another content"
	if m, _, err := readManifest(t.path); err == nil && m.SHA256 == before {
		was = plural(m.Rows, "row")
	}
	return refuse(diag.List{{Message: fmt.Sprintf("%s holds %s (sha256 %.12s) and this build has %s (sha256 %.12s)", t.out.Output, was, before, plural(t.out.Rows, "row"), t.out.SHA256),
		Hint: "add --replace to write over it, or --output FILE to keep both"}})
}
