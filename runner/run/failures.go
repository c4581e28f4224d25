package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// FailuresOf says whose failing rows are wanted, and where.
type FailuresOf struct {
	Judged
	Live  bool
	Run   int64 // 0: the newest that has the rule, unless Live, AsOf or Batch says otherwise
	Table string
	Rule  string // its id
	Limit int    // 0: all
	// Begin is told the columns before the first row, and Row every row as it arrives.
	Begin func(report.FailureHead) error
	Row   func(report.Sample) error
}

// Failures finds all rows that a rule fails, one after the other, so that there may be any number. The pipeline holds nothing but the rule;
// in a batch, those that set rows aside before it are asked first.
func Failures(ctx context.Context, c Config, f FailuresOf) *report.Report {
	r := newRunner(c)
	return r.looked(ctx, r.failures(ctx, f))
}

func (r *runner) failures(ctx context.Context, f FailuresOf) error {
	load := r.Pipeline.Load(f.Table)
	i := slices.IndexFunc(load.Rules, func(rule model.Rule) bool { return rule.ID == f.Rule })
	rule := load.Rules[i]
	if rule.Aggregate {
		return &stop{code: report.ExitSpec, list: diag.List{{Place: rule.Origin, Message: fmt.Sprintf("rule %q judges the rows as a whole, so none of them fails it", rule.Name),
			Hint: "runner validate shows what it measures"}}}
	}
	switch {
	case f.Live || f.AsOf != "":
		subjects, err := r.subjectsOf(ctx, f)
		if err != nil {
			return err
		}
		for _, s := range subjects {
			if err := r.stream(ctx, s, rule, nil, f); err != nil {
				return err
			}
		}
		return nil
	case f.Batch:
		return r.failuresOfBatch(ctx, rule, f, nil)
	}
	return r.failuresOfRun(ctx, rule, f)
}

// subjectsOf are the live table, or the freezes of a date, of just the rule's table.
func (r *runner) subjectsOf(ctx context.Context, f FailuresOf) ([]*plan.Subject, error) {
	all, err := r.subjects(ctx, f.AsOf)
	return slices.DeleteFunc(all, func(s *plan.Subject) bool { return s.Name != f.Table }), err
}

// failuresOfRun judges the batch of a run again. Where its files are gone, there are the rows that the ledger kept.
func (r *runner) failuresOfRun(ctx context.Context, rule model.Rule, f FailuresOf) error {
	exists, err := r.ledger.Exists(ctx)
	if err != nil {
		return err
	}
	var past *ledger.RuleRun
	if exists {
		if past, err = r.ledger.RuleRun(ctx, r.DB.Schema(), f.Table, rule.Name, f.Run); err != nil {
			return err
		}
	}
	if past == nil {
		which := "no run has judged a batch by"
		if f.Run != 0 {
			which = fmt.Sprintf("run %d has not judged a batch by", f.Run)
		}
		return &stop{code: report.ExitSpec, list: diag.List{{Place: rule.Origin, Message: fmt.Sprintf("%s the rule %q of %s", which, rule.Name, f.Table),
			Hint: "look at the live table with --live, or at a batch with --batch -p ..."}}}
	}
	r.rep.RunID, r.Params = 0, past.Params
	if past.Failed == 0 {
		r.note(fmt.Sprintf("run %d found no row that fails it", past.Run))
		return f.Begin(report.FailureHead{})
	}
	return r.failuresOfBatch(ctx, rule, f, past)
}

// failuresOfBatch stages a batch, sets aside what is set aside before the rule is asked, and finds the rows. past is the run that read the
// batch before, or nil.
func (r *runner) failuresOfBatch(ctx context.Context, rule model.Rule, f FailuresOf, past *ledger.RuleRun) error {
	if err := r.choose(ctx); err != nil || r.sel.Idle {
		return err
	}
	defer r.drop(ctx)
	if err := r.readyBatches(ctx); err != nil {
		return err
	}
	if err := r.openAll(); err != nil {
		if past == nil {
			return err
		}
		return r.kept(f, past)
	}
	faults, err := r.stageJudged(ctx)
	if err != nil {
		return err
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	b := r.batches[f.Table]
	if past != nil {
		r.noteChanged(ctx, b, past)
	}
	return r.streamBatch(ctx, b, rule, f)
}

// streamBatch finds the rows of a batch that a rule fails. One that sets rows aside is asked as often as apply asks it: where rows rest on
// others, more of them fail once those are taken out.
func (r *runner) streamBatch(ctx context.Context, b *batch, rule model.Rule, f FailuresOf) error {
	s := r.plan.Batch(b.table, b.read.Absent, false)
	if !rule.Quarantine {
		_, err := r.setAside(ctx, nil)
		if r.rep.Rules = []report.Rule{}; err != nil {
			return err
		}
		return r.stream(ctx, s, rule, b.file, f)
	}
	most, row, found := f.Limit, f.Row, 0
	f.Row = func(out report.Sample) error {
		found++
		return row(out)
	}
	_, err := r.setAside(ctx, func(t *plan.Table) error {
		if t != b.table || most > 0 && found >= most {
			return nil
		}
		if most > 0 {
			f.Limit = most - found
		}
		return r.stream(ctx, s, rule, b.file, f)
	})
	r.rep.Rules = []report.Rule{}
	return err
}

// noteChanged says when the files of a batch are not those that a run read.
func (r *runner) noteChanged(ctx context.Context, b *batch, past *ledger.RuleRun) {
	sums, err := r.ledger.SourceSums(ctx, past.Run, b.table.Load.Table.Name)
	same := err == nil && len(sums) == len(b.read.Files)
	for i := range b.read.Files {
		same = same && b.read.Files[i].SHA256 == sums[i]
	}
	if !same {
		r.note(fmt.Sprintf("the files are not those that run %d read: these are the rows of the files as they are now", past.Run))
	}
}

// kept gives the rows that the ledger kept of a run.
func (r *runner) kept(f FailuresOf, past *ledger.RuleRun) error {
	r.rep.Tables, r.rep.Snapshots = []report.Table{}, []report.Snapshot{}
	r.note(fmt.Sprintf("the files of run %d are not there any more: these are the %s of %d that the ledger kept", past.Run, plural(int64(len(past.Samples)), "row"), past.Failed))
	head := report.FailureHead{Placed: true}
	for i, s := range past.Samples {
		if i == 0 {
			for _, v := range s.Key {
				head.Key = append(head.Key, v.Column)
			}
			for _, v := range s.Values {
				head.Values = append(head.Values, v.Column)
			}
			if err := f.Begin(head); err != nil {
				return err
			}
		}
		for _, list := range [][]report.Value{s.Key, s.Values} {
			for i := range list { // the record does not tell a missing value from this text, and the text is the rarer one
				list[i].Null = list[i].Value == "NULL"
			}
		}
		if err := f.Row(s); err != nil {
			return err
		}
	}
	return nil
}

// stream asks a rule of a subject for its rows.
func (r *runner) stream(ctx context.Context, s *plan.Subject, rule model.Rule, file func(int64) string, f FailuresOf) error {
	values, err := r.lookups(ctx, s, []model.Rule{rule})
	if err != nil {
		return err
	}
	rules := s.Bind([]model.Rule{rule}, values)
	if len(rules.Broken) > 0 {
		return refuse(rules.Broken)
	}
	q := rules.Questions[0]
	if q.Reason != "" {
		return reasonOf(q)
	}
	head := report.FailureHead{Placed: s.Placed}
	if q.Query {
		sql, origin := rules.Query(q, f.Limit)
		begun := false
		read := queryReader(rules, q)
		err := r.DB.Read(ctx, sql, func(names []string, row pg.Row) error {
			out := read(names[1:], row[1:])
			if !begun {
				begun, head = true, report.FailureHead{Key: columnsOf(out.Key), Values: columnsOf(out.Values)}
				if err := f.Begin(head); err != nil {
					return err
				}
			}
			return f.Row(out)
		})
		if err == nil && !begun {
			return f.Begin(head)
		}
		return r.placed(rules, q, err, origin)
	}
	for _, k := range rules.Key() {
		head.Key = append(head.Key, k.Name)
	}
	for _, v := range rules.Values(q) {
		head.Values = append(head.Values, v.Name)
	}
	if err := f.Begin(head); err != nil {
		return err
	}
	err = r.DB.Read(ctx, rules.Samples(q, f.Limit), func(_ []string, row pg.Row) error {
		out, err := sample(rules, q, row, file)
		if err != nil {
			return err
		}
		return f.Row(out)
	})
	return r.placed(rules, q, err, nil)
}

func columnsOf(values []report.Value) []string {
	var out []string
	for _, v := range values {
		out = append(out, v.Column)
	}
	return out
}

// placed turns what the server said of a rule into a finding at its place.
func (r *runner) placed(rules *plan.Rules, q *plan.Question, err error, origin func(int) (diag.Place, bool)) error {
	if err == nil || !pg.StatementFault(err) && !pg.WriteFault(err) {
		return err
	}
	return refuse(diag.List{{Place: faultPlace(q, err, origin), Message: fmt.Sprintf("rule %q cannot be judged: %s", q.Name, r.serverWords(rules, q, err))}})
}
