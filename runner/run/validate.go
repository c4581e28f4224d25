package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Judged says on which rows rules are judged without publishing anything.
type Judged struct {
	AsOf    string // the snapshots of a date, or of every one with AllDates; "" is the live tables
	Batch   bool   // the batch of a partition, staged and dropped again
	Explain bool   // ask every rule alone too, to know what each costs
}

// AllDates stands for every date that is frozen.
const AllDates = "all"

const judgedState = "judged"

// Validate judges the rules of a pipeline and changes nothing. The pipeline holds the rules that are wanted. The report has one table for
// each live table or batch that was judged, one snapshot for each freeze, and every rule for each of them.
func Validate(ctx context.Context, c Config, j Judged) *report.Report {
	r := newRunner(c)
	return r.looked(ctx, r.validate(ctx, j))
}

// looked ends work that only looks: changes of the schema that a run would make are none of its.
func (r *runner) looked(ctx context.Context, err error) *report.Report {
	r.finish(ctx, err)
	r.rep.Changes = []report.Change{}
	return r.rep
}

func (r *runner) validate(ctx context.Context, j Judged) error {
	if !slices.ContainsFunc(r.Pipeline.Loads, func(l *model.Load) bool { return len(l.Rules) > 0 }) {
		r.note("there are no rules to judge")
		return nil
	}
	if j.Batch {
		return r.validateBatch(ctx, j)
	}
	subjects, err := r.subjects(ctx, j.AsOf)
	if err != nil {
		return err
	}
	var faults diag.List
	for _, s := range subjects {
		list, err := r.judgeSubject(ctx, s, j.Explain, nil)
		if err != nil {
			return err
		}
		faults = append(faults, list...)
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	return nil
}

// world finds out what there is to judge.
func (r *runner) world(ctx context.Context) (plan.World, error) {
	found, err := r.find(ctx)
	return plan.NewWorld(r.Project, r.DB.Schema(), found), err
}

// subjects are the live tables with rules, or what their snapshots hold of a date or of all.
func (r *runner) subjects(ctx context.Context, asOf string) ([]*plan.Subject, error) {
	w, err := r.world(ctx)
	if err != nil {
		return nil, err
	}
	var out []*plan.Subject
	dates := map[string]bool{}
	for _, l := range r.Pipeline.Loads {
		name := l.Table.Name
		if len(l.Rules) == 0 {
			continue
		}
		if asOf == "" {
			if s := w.Live(name, r.literals(w.LiveAsOf(name))); s != nil {
				out = append(out, s)
			} else {
				r.note(name + " is not in the database yet, so its rules were not judged")
			}
			continue
		}
		before := len(out)
		for _, f := range slices.Backward(w.Freezes(name)) {
			dates[f.AsOf] = true
			if asOf == AllDates || f.AsOf == asOf {
				out = append(out, w.Freeze(name, f, r.literals(f.AsOf)))
			}
		}
		if len(out) == before {
			r.note(name + " has nothing frozen" + ofDate(asOf) + ", so its rules were not judged")
		}
	}
	if len(out) == 0 {
		return nil, r.nothingToJudge(asOf, dates)
	}
	return out, nil
}

func ofDate(asOf string) string {
	if asOf == AllDates {
		return ""
	}
	return " for " + asOf
}

// nothingToJudge says that none of the tables is there, or that the date is none of those that are frozen.
func (r *runner) nothingToJudge(asOf string, dates map[string]bool) error {
	switch {
	case asOf != "" && len(dates) == 0:
		return &stop{code: report.ExitSpec, list: diag.List{{Message: "nothing of " + joined(r.judgedTables()) + " is frozen", Hint: "without --as-of the live table is judged"}}}
	case asOf == "":
		hint := "apply it first: runner apply " + r.Pipeline.Name
		return &stop{code: report.ExitSpec, list: diag.List{{Message: "there is nothing to judge in this database", Hint: hint}}}
	}
	known := make([]string, 0, len(dates))
	for d := range dates {
		known = append(known, d)
	}
	slices.Sort(known)
	return &stop{code: report.ExitSpec, list: diag.List{{Message: "nothing is frozen for " + asOf, Hint: "frozen are " + joined(known)}}}
}

// judgedTables are the tables with rules.
func (r *runner) judgedTables() []string {
	var out []string
	for _, l := range r.Pipeline.Loads {
		if len(l.Rules) > 0 {
			out = append(out, l.Table.Name)
		}
	}
	return out
}

func (r *runner) literals(asOf string) map[string]pgsql.Frag {
	return plan.LiteralsOf(r.Pipeline, r.Params, asOf, r.Now().UTC().Format(model.DateLayout))
}

// judgeSubject judges one subject by the rules of its table, and adds it to the report.
func (r *runner) judgeSubject(ctx context.Context, s *plan.Subject, explain bool, file func(int64) string) (diag.List, error) {
	started := r.Now()
	r.event(report.Event{Phase: "check", Subject: s.Name})
	row, err := r.DB.One(ctx, s.Count())
	if err != nil {
		return nil, err
	}
	from := len(r.rep.Rules)
	faults, err := r.judge(ctx, s, r.Pipeline.Load(s.Name).Rules, file)
	if err != nil {
		return nil, err
	}
	if explain {
		if err := r.explain(ctx, s, r.rep.Rules[from:]); err != nil {
			return nil, err
		}
	}
	took := r.Now().Sub(started).Milliseconds()
	if s.Snapshot != "" {
		r.rep.Snapshots = append(r.rep.Snapshots, report.Snapshot{Name: s.Snapshot, AsOf: s.Stamp, Rows: row.Int(0), State: judgedState, DurationMS: took})
	} else {
		r.rep.Tables = append(r.rep.Tables, report.Table{Name: s.Name, RowsIn: row.Int(0), State: judgedState, DurationMS: took})
	}
	r.event(report.Event{Phase: "check", Subject: s.Name, Rows: row.Int(0), Ended: true})
	return faults, nil
}

// explain asks every rule of a subject alone, and puts what that took in place of its share of the scans.
func (r *runner) explain(ctx context.Context, s *plan.Subject, lines []report.Rule) error {
	rules, _, err := r.pose(ctx, s, r.Pipeline.Load(s.Name).Rules)
	if err != nil || rules == nil {
		return err
	}
	for _, q := range rules.Questions {
		i := slices.IndexFunc(lines, func(out report.Rule) bool { return out.Table == s.Name && out.ID == q.ID && out.Rule == q.Name })
		if i < 0 || !q.Asked() {
			continue
		}
		started := r.Now()
		if _, err := r.ask(ctx, &plan.Rules{Subject: s, Questions: []*plan.Question{q}}); err != nil {
			return err
		}
		lines[i].CostMS = milliseconds(r.Now().Sub(started))
	}
	return nil
}

// reasonOf is why a rule cannot be looked at more closely.
func reasonOf(q *plan.Question) error {
	return &stop{code: report.ExitRefused, list: diag.List{{Place: q.Origin, Message: fmt.Sprintf("rule %q is not judged: %s", q.Name, q.Reason)}}}
}
