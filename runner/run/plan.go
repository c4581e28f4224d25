package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// Plan says what Apply would do: it goes through the same steps, up to where Apply begins to write. Batches are staged to temporary tables
// and judged there, and what publishing would do is counted over the joins that publishing uses. Nothing else is touched: no table, no
// lock that keeps a writer waiting, no row of the ledger. A role that may read and make temporary tables is enough.
//
// Where Apply stops, Plan goes on: the report names everything that stands against the run, and its exit code is that of Apply.
func Plan(ctx context.Context, c Config) *report.Report {
	r := newRunner(c)
	r.dry, r.rep.SchemaOnly = &dry{unread: map[string]bool{}}, c.SchemaOnly
	err := r.planAll(ctx)
	r.rep.Unfinished = err != nil
	r.rep.Errors = append(r.rep.Errors, r.dry.kept...)
	if err == nil && r.dry.kept.HasErrors() {
		err = &stop{code: r.dry.code}
	}
	r.drop(ctx)
	r.finish(ctx, err)
	return r.rep
}

// dry is what a plan remembers on its way.
type dry struct {
	kept   diag.List       // what Apply would refuse, in the order in which it would be met
	code   int             // the exit code of the first of them
	schema bool            // Apply would refuse to change the schema
	unread map[string]bool // tables whose batch is not there as it should be, so that nothing can be said of what rests on it
}

// planAll goes through the steps of Apply.
func (r *runner) planAll(ctx context.Context) error {
	r.event(report.Event{Phase: "start", Text: r.Target})
	if err := r.choose(ctx); err != nil {
		return err
	}
	if r.rep.Idle = r.sel.Idle; r.sel.Idle {
		if !r.SchemaOnly {
			return r.noteIdleViews(ctx)
		}
		r.sel = plan.Assumed(r.Pipeline, r.Now().UTC().Format(model.DateLayout)) // any will do: no row is looked at
	}
	if err := r.noteOthers(ctx); err != nil {
		return err
	}
	if err := r.attempt(r.prepare(ctx)); err != nil {
		return err
	}
	r.dry.schema = r.dry.kept.HasErrors()
	if err := r.warnSchema(ctx); err != nil {
		return err
	}
	if r.SchemaOnly {
		return nil
	}
	for _, step := range []func(context.Context) error{r.stageDry, r.checkDry, r.countAll, r.countOnline} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// noteOthers says that a run is at work on the same tables. A plan waits for nobody, so that what it says may be out of date when that one ends.
func (r *runner) noteOthers(ctx context.Context) error {
	holder, busy, err := r.DB.Busy(ctx, r.locks())
	if busy {
		r.note("another run is at work on these tables: " + orSomebody(holder) + ". What it writes may not be counted here")
	}
	return err
}

// warnSchema warns of changes that look like a mistake, and of those that keep others waiting.
func (r *runner) warnSchema(ctx context.Context) error {
	if r.plan == nil {
		return nil
	}
	r.keep(0, r.plan.Warnings)
	for _, f := range r.plan.FeatureChanges(r.Project) {
		r.rep.Features = append(r.rep.Features, report.FeatureChange(f))
	}
	rows := map[string]int64{}
	for _, c := range r.plan.Changes {
		if c.Holds == "" {
			continue
		}
		if _, counted := rows[c.Table]; !counted {
			row, err := r.DB.One(ctx, plan.CountRows(r.declared(c.Table)))
			if err != nil {
				return err
			}
			rows[c.Table] = row.Int(0)
		}
		if d := c.Slow(rows[c.Table]); d != nil {
			r.keep(0, diag.List{*d})
		}
	}
	return nil
}

// attempt keeps what a step refuses, so that the next one can be tried. Other errors are returned.
func (r *runner) attempt(err error) error {
	var s *stop
	if !errors.As(err, &s) {
		return err
	}
	r.keep(s.code, s.list)
	return nil
}

func (r *runner) keep(code int, list diag.List) {
	if r.dry.code == 0 && list.HasErrors() {
		r.dry.code = code
	}
	r.dry.kept = append(r.dry.kept, list...)
}

// stageDry stages every batch that can be read.
func (r *runner) stageDry(ctx context.Context) error {
	if err := r.attempt(r.openAll()); err != nil {
		return err
	}
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		if len(b.request.Files) == 0 {
			r.dry.unread[t.Load.Table.Name] = true
			continue
		}
		list, err := r.stageTable(ctx, b)
		if err == nil && list.HasErrors() {
			err = refuse(list)
		}
		if err != nil {
			r.dry.unread[t.Load.Table.Name] = true
		}
		if err := r.attempt(err); err != nil {
			return err
		}
	}
	if len(r.dry.unread) > 0 {
		return nil
	}
	exists, err := r.ledger.Exists(ctx)
	if err != nil || !exists {
		return err
	}
	_, hash := r.sources()
	return r.attempt(r.checkSameData(ctx, hash))
}

// checkDry judges every batch as Apply does, and what is frozen already.
func (r *runner) checkDry(ctx context.Context) error {
	for _, p := range r.phases() {
		for _, t := range p.tables {
			if r.dry.unread[t.Load.Table.Name] {
				continue
			}
			list, err := r.checkTable(ctx, p, r.batches[t.Load.Table.Name])
			if err := r.judged(t.Load.Table.Name, list, err); err != nil {
				return err
			}
		}
		if p.then != nil {
			list, err := p.then(ctx)
			if err := r.judged("", list, err); err != nil {
				return err
			}
		}
	}
	list, err := r.checkFreezes(ctx)
	return r.judged("", list, err)
}

// judged keeps what was found. A statement that cannot be answered because the schema is not as declared, and would not be made so, says
// nothing more than that does.
func (r *runner) judged(table string, list diag.List, err error) error {
	r.keep(report.ExitRefused, list)
	if err == nil || !r.dry.schema || !pg.StatementFault(err) {
		return err
	}
	if table != "" {
		r.dry.unread[table] = true
	}
	return nil
}

// unread tells whether the batch of a table is not there as it should be.
func (r *runner) unread(table string) bool { return r.dry != nil && r.dry.unread[table] }

// rests tells whether a rule looks at a table that is not there as it should be, and names it.
func (r *runner) rests(rule model.Rule) string {
	for _, name := range plan.Beside(rule) {
		if r.unread(name) {
			return name
		}
	}
	return ""
}

// judgeable leaves out rules that look at what could not be read; the report says so of each.
func (r *runner) judgeable(s *plan.Subject, list []model.Rule) []model.Rule {
	return slices.DeleteFunc(slices.Clone(list), func(rule model.Rule) bool {
		missing := r.rests(rule)
		if missing != "" {
			out := described(s, &plan.Question{Rule: rule})
			out.Verdict, out.Reason = report.Skipped, fmt.Sprintf("the batch of %s could not be read", missing)
			r.rep.Rules = append(r.rep.Rules, out)
		}
		return missing != ""
	})
}
