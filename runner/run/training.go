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
	Method  string // of the join; empty chooses by size
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

// manifestEnding is what the name of a file's manifest has behind that of the file.
const manifestEnding = ".manifest.json"

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

// stageSpine reads a spine that comes from a file.
func (t *training) stageSpine(ctx context.Context) error {
	b, err := t.openSpine()
	if err != nil || b == nil {
		return err
	}
	return t.stageFile(ctx, b)
}

// openSpine finds the file of the spine; nil when it comes from a table.
func (t *training) openSpine() (*batch, error) {
	s := t.w.Set.Spine
	if s.Path == nil {
		return nil, nil
	}
	path, err := s.Path.Fill(t.sel.Values, t.Getenv)
	if err != nil {
		return nil, &stop{code: report.ExitSpec, list: diag.List{{Place: s.Origin, Message: err.Error()}}}
	}
	files, fault := SourceFiles(t.Root, path, "the spine")
	if fault != nil {
		fault.Place = s.Origin
		return nil, &stop{code: report.ExitSurrounding, list: diag.List{*fault}}
	}
	columns := slices.Clone(s.Columns)
	for i := range columns {
		columns[i].Nullable = true // a row without a time or a label is dropped, and counted
	}
	b := t.fileBatch("spine of "+t.w.Set.Name, columns, model.Source{Origin: s.Origin, IgnoreUnknown: true}, files)
	t.stage = b.table.Stage
	return b, nil
}

// prepareJoin finds out what there is to join, within the transaction that reads it.
func (t *training) prepareJoin(ctx context.Context) (*plan.History, error) {
	freezes, err := t.findSources(ctx, plan.TrainingReads(t.w.Set))
	if err != nil {
		return nil, err
	}
	if err := t.chooseDates(freezes); err != nil {
		return nil, err
	}
	if t.plan, err = plan.NewTraining(t.Project, t.DB.Schema(), t.w.Set, t.stage, t.dates, t.sel); err != nil {
		return nil, &stop{code: report.ExitSpec, list: diag.List{{Place: t.w.Set.Origin, Message: err.Error(), Hint: "give it with -p NAME=VALUE"}}}
	}
	row, err := t.DB.One(ctx, t.plan.Count())
	if err != nil {
		return nil, err
	}
	t.out.Rows, t.out.WithoutTime, t.out.WithoutLabel = row.Int(0), row.Int(1), row.Int(2)
	if t.out.Rows == 0 {
		return nil, t.nothingToFill()
	}
	known := t.knownFreezes(freezes, row.Text(3))
	sizes, err := t.sizes(ctx, known)
	if err != nil {
		return nil, err
	}
	t.plan.FullNames = t.fullNames
	h := t.plan.History(t.out.Rows, known, sizes, t.w.Method)
	t.describe(h, known)
	return h, nil
}

// sizes are about how many rows each source has: of a snapshot those that are frozen.
func (t *training) sizes(ctx context.Context, known map[string][]plan.Freeze) (map[string]int64, error) {
	out, err := t.DB.Sizes(ctx, t.DB.Schema())
	if err != nil {
		return nil, err
	}
	for name, list := range known {
		if !t.isSnapshot(name) {
			continue
		}
		out[name] = 0
		for _, f := range list {
			out[name] += f.Rows
		}
	}
	return out, nil
}

// findSources refuses tables that are not there, and returns what is frozen.
func (r *runner) findSources(ctx context.Context, names []string) (map[string][]plan.Freeze, error) {
	found, err := r.DB.Inspect(ctx, r.DB.Schema())
	if err != nil {
		return nil, err
	}
	var faults diag.List
	for _, name := range names {
		if slices.ContainsFunc(found, func(t model.Table) bool { return t.Name == name }) {
			continue
		}
		d := diag.Diagnostic{Message: fmt.Sprintf("there is no table %s in this database yet", name)}
		if pl, _ := r.Project.Filler(name); pl != nil {
			d.Hint = "load it first: runner apply " + pl.Name
		}
		faults.Add(d)
	}
	if len(faults) > 0 {
		return nil, refuse(faults)
	}
	if exists, err := r.ledger.Exists(ctx); err != nil || !exists {
		return map[string][]plan.Freeze{}, err
	}
	return r.registered(ctx, r.DB.Schema())
}

// chooseDates takes the date that was asked for, or those of the spec, or of a snapshot all that are frozen. Those that are not frozen are
// refused.
func (t *training) chooseDates(freezes map[string][]plan.Freeze) error {
	s := t.w.Set
	t.dates = slices.Clone(s.Dates)
	if t.sel.AsOf != "" {
		if len(s.Dates) > 0 && !slices.Contains(s.Dates, t.sel.AsOf) {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: s.Origin, Message: fmt.Sprintf("%s is none of the dates of training set %s", t.sel.AsOf, s.Name), Hint: "its dates are " + joined(s.Dates)}}}
		}
		t.dates = []string{t.sel.AsOf}
	}
	if !s.Spine.Snapshot {
		return nil
	}
	var frozen []string
	for _, f := range freezes[s.Spine.Name] {
		frozen = append(frozen, f.AsOf)
	}
	slices.Sort(frozen)
	if len(t.dates) == 0 {
		t.dates = frozen
	}
	var faults diag.List
	for _, d := range t.dates {
		if !slices.Contains(frozen, d) {
			faults.Add(t.notFrozen(d, frozen))
		}
	}
	if len(frozen) == 0 && len(faults) == 0 {
		faults.Add(t.notFrozen("", nil))
	}
	if len(faults) > 0 {
		return refuse(faults)
	}
	return nil
}

func (t *training) notFrozen(date string, frozen []string) diag.Diagnostic {
	name := t.w.Set.Spine.Name
	d := diag.Diagnostic{Place: t.w.Set.Spine.Origin, Message: name + " has nothing frozen", Hint: "frozen are " + joined(frozen)}
	if date != "" {
		d.Message += " for " + date
	}
	if len(frozen) == 0 {
		d.Hint = "freeze a month first"
		if pl, _ := t.Project.Filler(name); pl != nil {
			d.Hint += ": runner apply " + pl.Name
		}
	}
	return d
}

func (t *training) nothingToFill() error {
	s := t.w.Set
	what := s.Spine.Name
	if what == "" {
		what = "the spine"
	}
	message := "there is no row to fill: " + what + " has none"
	if len(t.dates) > 0 && !s.Spine.Snapshot {
		message += " of " + joined(t.dates)
	}
	if s.WhereText != "" {
		message += " for which " + s.WhereText
	}
	if n := t.out.WithoutLabel + t.out.WithoutTime; n > 0 {
		message += fmt.Sprintf(" and that has a time and a label (%d without a time, %d without a label)", t.out.WithoutTime, t.out.WithoutLabel)
	}
	return refuse(diag.List{{Place: s.Origin, Message: message}})
}

// knownFreezes leaves out what is frozen for later than the last row asks: it says nothing to any row.
func (t *training) knownFreezes(all map[string][]plan.Freeze, last string) map[string][]plan.Freeze {
	bound := "9999-12-31" // infinity is later than any freeze
	if day, err := model.ParseDate(last); err == nil {
		bound = t.w.Set.Horizon.Before(day).AddDate(0, 0, 1).Format(model.DateLayout)
	}
	out := map[string][]plan.Freeze{}
	for _, v := range model.Views(t.w.Set.Features) {
		for _, name := range plan.Reads(v) {
			out[name] = slices.DeleteFunc(slices.Clone(all[name]), func(f plan.Freeze) bool { return f.AsOf > bound })
		}
	}
	if s := t.w.Set.Spine; s.Snapshot {
		for _, f := range all[s.Name] {
			if slices.Contains(t.dates, f.AsOf) {
				t.addFreeze(s.Name, f)
			}
		}
	}
	return out
}

func (t *training) addFreeze(snapshot string, f plan.Freeze) {
	one := report.TrainingFreeze{Snapshot: snapshot, AsOf: f.AsOf, Revision: f.Revision, Sequence: f.Sequence, Rows: f.Rows, Fingerprint: f.Fingerprint}
	if !slices.Contains(t.out.Freezes, one) {
		t.out.Freezes = append(t.out.Freezes, one)
	}
	if f.Partial {
		t.note(fmt.Sprintf("%s of %s is frozen without the rows that were set aside", snapshot, f.AsOf))
	}
}

// describe says in the report what is joined, and how.
func (t *training) describe(h *plan.History, known map[string][]plan.Freeze) {
	for _, name := range plan.TrainingReads(t.w.Set) {
		for _, f := range known[name] {
			t.addFreeze(name, f)
		}
		if !t.isSnapshot(name) {
			t.out.Reads = append(t.out.Reads, name)
		}
	}
	t.out.Joins = joinsOf(h)
	if t.w.Explain {
		t.out.SQL = string(h.Select())
	}
}

func (r *runner) isSnapshot(name string) bool {
	return slices.ContainsFunc(r.Project.Pipelines, func(pl *model.Pipeline) bool {
		return slices.ContainsFunc(pl.Snapshots, func(s *model.Snapshot) bool { return s.Name == name })
	})
}

func joinsOf(h *plan.History) []report.TrainingJoin {
	var out []report.TrainingJoin
	for _, m := range h.Methods() {
		out = append(out, report.TrainingJoin{View: m.View, Source: m.Source, Method: m.Name, Reason: m.Reason})
	}
	return out
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

func resultColumns(columns []model.Column, nulls []int64, rows int64, role func(string) string) []report.TrainingColumn {
	out := make([]report.TrainingColumn, len(columns))
	for i, c := range columns {
		out[i] = report.TrainingColumn{Name: c.Name, Type: c.Type.Name, Role: role(c.Name), Nulls: nulls[i], NullShare: report.Share(nulls[i], rows)}
	}
	return out
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
