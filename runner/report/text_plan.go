package report

import (
	"slices"
	"strings"
)

// Section is a part of what a plan shows.
type Section string

// The sections of a plan, in the order in which they are shown.
const (
	SchemaSection       Section = "schema"
	DataSection         Section = "data"
	SnapshotsSection    Section = "snapshots"
	OnlineSection       Section = "online"
	ExpectationsSection Section = "expectations"
	FeaturesSection     Section = "features"
	DestructiveSection  Section = "destructive"
)

// Sections lists them.
func Sections() []Section {
	return []Section{SchemaSection, DataSection, SnapshotsSection, OnlineSection, ExpectationsSection, FeaturesSection, DestructiveSection}
}

// planText writes a plan: what would change, what stands against it, and last what is destroyed or rewritten, so that a long plan does
// not hide it. Errors are shown whatever the sections.
func (o *printer) planText(r *Report, opts TextOptions) {
	if r.Pipeline != "" {
		o.line("%s  %s   %s", o.p.dim("plan  "), strings.TrimSpace(r.Pipeline+"  "+paramText(r.Params)), o.p.dim("nothing is written"))
	}
	o.judged = batchFlag(r)
	for _, s := range Sections() {
		if len(opts.Sections) > 0 && !slices.Contains(opts.Sections, s) || s == DestructiveSection || r.Unfinished {
			continue
		}
		map[Section]func(){
			SchemaSection:       func() { o.schema(r.Changes, true) },
			DataSection:         func() { o.planTables(r.Tables, opts.All) },
			SnapshotsSection:    func() { o.planSnapshots(r.Snapshots, opts.All); o.diffs(r.Snapshots) },
			OnlineSection:       func() { o.planOnline(r.Materialized, opts.All) },
			ExpectationsSection: func() { o.rules(r.Rules) },
			FeaturesSection:     func() { o.features(r.Features) },
		}[s]()
	}
	o.problems(r)
	if len(opts.Sections) == 0 {
		o.notes(planNotes(r.Notes, opts.All))
	}
	if !r.Unfinished && (len(opts.Sections) == 0 || slices.Contains(opts.Sections, DestructiveSection)) {
		o.losses(r.Losses)
	}
	o.planTotal(r)
}

// planTotal closes with the line that scripts may read, unless there is no plan.
func (o *printer) planTotal(r *Report) {
	o.line("")
	switch text := closing(r); {
	case r.Unfinished:
		o.line("%s  %s   %s", o.p.red("FAILED"), text, o.p.dim(seconds(r.DurationMS)))
		return
	case text != "":
		o.line("%s", o.p.green(text))
	}
	o.line("%s", o.p.bold(Summarize(r).String()))
}

// planTables shows what would happen to rows. Tables of which every row is the same are only counted, unless all are asked for.
func (o *printer) planTables(tables []Table, all bool) {
	var rows [][]string
	var same []string
	for _, t := range tables {
		if !all && t.same() {
			same = append(same, t.Name)
			continue
		}
		rows = append(rows, []string{t.Name, thousands(t.RowsIn), o.some(t.Inserted), o.some(t.Updated), o.some(t.Deleted), thousands(t.Unchanged),
			o.bad(t.Rejected), o.tableState(t), o.p.dim(sources(t.Files))})
	}
	if len(rows)+len(same) == 0 {
		return
	}
	o.line("")
	o.grid([]head{{"DATA", false}, {"ROWS IN", true}, {"INSERT", true}, {"UPDATE", true}, {"DELETE", true}, {"SAME", true}, {"REJECT", true}, {"", false},
		{"SOURCE", false}}, rows)
	if len(same) > 0 {
		o.line("%s", o.p.dim(count(int64(len(same)), "table")+" without a change: "+strings.Join(same, ", ")))
	}
	for _, t := range tables {
		if t.Updated > 0 && len(t.Changed) > 0 {
			o.line("  ~ %s: most changed: %s", t.Name, changedColumns(t.Changed, 5))
		}
		if t.Kept > 0 {
			o.line("    %s: %s not in the file, kept", t.Name, thousands(t.Kept))
		}
	}
}

// same tells whether a batch changes nothing of its table.
func (t Table) same() bool {
	return t.Inserted+t.Updated+t.Deleted+t.Rejected == 0 && t.Unchanged == t.RowsIn && t.State != "refused"
}

// sources are the files of a batch: the first, and how many more.
func sources(files []string) string {
	switch len(files) {
	case 0:
		return ""
	case 1:
		return files[0]
	}
	return files[0] + " and " + thousands(int64(len(files)-1)) + " more"
}

// changedColumns lists columns and how many updated rows differ in them, the first few.
func changedColumns(columns []ColumnDiff, most int) string {
	var parts []string
	for _, c := range columns[:min(len(columns), most)] {
		parts = append(parts, c.Column+" "+thousands(c.Rows))
	}
	if len(columns) > most {
		parts = append(parts, "...")
	}
	return strings.Join(parts, ", ")
}

func (o *printer) planSnapshots(snapshots []Snapshot, all bool) {
	var rows [][]string
	same := 0
	for _, s := range snapshots {
		if s.State == IsUnchanged && !all {
			same++
			continue
		}
		state := o.p.green(s.State)
		switch s.State {
		case WouldComplete, WouldRestate:
			state = o.p.yellow(s.State)
		case WouldConflict, "refused":
			state = o.p.red(s.State)
		}
		if s.LeftOut > 0 {
			state += o.p.yellow(", left out " + thousands(s.LeftOut))
		}
		rows = append(rows, []string{s.Name, s.AsOf, thousands(s.Rows), state})
	}
	if len(rows)+same > 0 {
		o.line("")
	}
	o.grid([]head{{"SNAPSHOT", false}, {"AS OF", false}, {"ROWS", true}, {"", false}}, rows)
	if same > 0 {
		o.line("%s", o.p.dim(count(int64(same), "snapshot")+" frozen already, with the same content"))
	}
}

// features shows what the changes of the schema mean for who reads features.
func (o *printer) features(changes []FeatureChange) {
	rows := make([][]string, len(changes))
	for i, c := range changes {
		rows[i] = []string{"  ~ " + c.View + "." + c.Feature, c.Detail, "", o.p.dim(c.Origin.String())}
		if c.Breaking {
			rows[i][2] = o.p.red("BREAKING")
			if len(c.Consumers) > 0 {
				rows[i][2] += " for " + strings.Join(c.Consumers, ", ")
			}
		}
	}
	if len(rows) > 0 {
		o.line("")
		o.grid([]head{{"FEATURES", false}, {"", false}, {"", false}, {"", false}}, rows)
	}
}

// losses lists what is destroyed or rewritten, with what was counted and who allowed it.
func (o *printer) losses(losses []Loss) {
	if len(losses) == 0 {
		return
	}
	o.line("")
	o.line("%s", o.p.red("DESTRUCTIVE"))
	rows := make([][]string, len(losses))
	for i, l := range losses {
		rows[i] = []string{"  " + o.p.red("!") + " " + l.Action, o.p.bold(l.Object), thousands(l.Rows) + " " + l.What, consent(l), o.p.dim(l.ID),
			o.p.dim(l.Origin.String())}
	}
	o.grid(make([]head, 6), rows)
	for _, l := range losses {
		for _, s := range l.Samples {
			o.line("      %s  %s", o.p.dim(l.Object), s)
		}
	}
}

// consent says what allows a loss, or has allowed it.
func consent(l Loss) string {
	switch {
	case l.Allowed && l.Flag != "":
		return "allowed by " + l.Flag
	case l.Allowed:
		return "the spec asks for it"
	case l.Flag != "":
		return "needs " + l.Flag
	}
	return "refused"
}

// Losses writes what a run would destroy, as a plan shows it; for who is asked whether it may.
func Losses(o TextOptions, r *Report) string {
	var b strings.Builder
	(&printer{w: &b, p: palette(o.Colour)}).losses(r.Losses)
	return b.String()
}

// schema lists what was changed, is to be changed, or was found to differ. planned says that nothing was meant to be changed yet.
func (o *printer) schema(changes []Change, planned bool) {
	if len(changes) == 0 {
		return
	}
	state := ""
	if !planned && !slices.ContainsFunc(changes, func(c Change) bool { return c.Done }) {
		state = "NOT CHANGED"
	}
	rows := make([][]string, 0, len(changes))
	for _, c := range changes {
		rows = append(rows, []string{o.changeMark(c), c.Object, c.Detail, o.p.dim(c.Origin.String())})
	}
	o.line("")
	o.grid([]head{{"SCHEMA", false}, {state, false}, {"", false}, {"", false}}, rows)
}

func (o *printer) changeMark(c Change) string {
	switch {
	case c.Blocked:
		return o.p.red("refused")
	case c.Action == "drop":
		return o.p.red(c.Action)
	}
	return o.p.green(c.Action)
}
