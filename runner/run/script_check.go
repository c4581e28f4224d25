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

// checkAll writes the checks of every batch in the order of runner.phases.
func (s *script) checkAll(ctx context.Context) error {
	s.step = report.CheckStep
	aside := slices.ContainsFunc(s.plan.Tables, func(t *plan.Table) bool { return t.Aside != "" })
	all := func(tables []*plan.Table, checks ...func(context.Context, *batch) error) error {
		for _, t := range tables {
			for _, check := range checks {
				if err := check(ctx, s.batches[t.Load.Table.Name]); err != nil {
					return err
				}
			}
		}
		return nil
	}
	references := func(_ context.Context, b *batch) error { s.references(b, false); return nil }
	var err error
	if aside {
		err = firstOf(func() error { return all(s.plan.Tables, s.size, s.keys) }, func() error { return all(s.plan.JudgeOrder(), s.setAside) },
			func() error { return s.again(ctx) }, func() error { return all(s.plan.Tables, references, s.partition, s.rules) })
	} else {
		err = firstOf(func() error { return all(s.plan.Tables, s.size, s.keys, s.partition, s.rules) }, func() error { return all(s.plan.Tables, references) })
	}
	if err != nil {
		return err
	}
	s.compareFreezes()
	return nil
}

// firstOf does steps up to the first that fails.
func firstOf(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// size refuses a batch that is too small, and columns that vanished.
func (s *script) size(_ context.Context, b *batch) error {
	t, name := b.table, b.table.Load.Table.Name
	least := t.LeastRows()
	s.refuse(name, fmt.Sprintf("it has at least %s", plural(least, "row")), t.CountStaged(),
		plan.SayIf(1, "c1 < "+pgsql.Int(least), fmt.Sprintf("%s has fewer than %s", name, plural(least, "row"))))
	if rest := t.LeastLeft(); rest > least {
		s.refuse(name, fmt.Sprintf("the partition before had %s, and %d of them at least are expected again", plural(t.Previous, "row"), rest), t.CountStaged(),
			plan.SayIf(1, "c1 < "+pgsql.Int(rest), fmt.Sprintf("%s has shrunk too much: the partition before had %s", name, plural(t.Previous, "row"))))
	}
	for _, reading := range t.Load.Reading {
		if slices.Contains(b.read.Absent, reading.Column) && reading.WhenAbsent == "" && t.Found != nil {
			s.refuse(name, "an optional column that the file lacks may not have values", t.CountValues(reading.Column),
				plan.SayIf(1, "c1 > 0", fmt.Sprintf("%s: the column %s is not in the file, and live rows have values for it", name, reading.Column)))
		}
	}
	for _, column := range t.MustHave() {
		s.refuse(name, column+" "+whyNot(b, column)+", so it has to be there", t.Nulls(column), plan.SayAny(fmt.Sprintf("%s: %s is empty", name, column)))
	}
	return nil
}

func (s *script) keys(_ context.Context, b *batch) error {
	t, name := b.table, b.table.Load.Table.Name
	if len(t.Live.PrimaryKey) == 0 {
		return nil
	}
	if t.Load.Source.IdenticalKeys {
		s.add(name, "rows that are equal in every column count once", t.DropIdentical())
	}
	s.refuse(name, "each key is there once; runner first tries hashes of the keys, which are cheaper", t.CountKeys(), plan.SayIf(2, "c1 <> c2", name+": a key is there twice"))
	return nil
}

// questions binds the rules of a batch. What they compare with is looked up; without a database there is nothing earlier.
func (s *script) questions(ctx context.Context, b *batch, list []model.Rule) (*plan.Rules, error) {
	subject := s.plan.Batch(b.table, b.read.Absent, true)
	values := map[string]plan.Value{}
	if s.DB != nil {
		var err error
		if values, err = s.lookups(ctx, subject, list); err != nil {
			return nil, err
		}
	}
	for _, l := range subject.Lookups(list) {
		if _, ok := values[l.Key()]; !ok {
			values[l.Key()] = plan.Value{Reason: fmt.Sprintf("there is no partition of %s before", subject.Name)}
		}
	}
	rules := subject.Bind(list, values)
	if rules.Broken != nil {
		return nil, refuse(rules.Broken)
	}
	return rules, nil
}

// setAside judges the rules that set rows aside, and takes out the rows that fail.
func (s *script) setAside(ctx context.Context, b *batch) error {
	rules, err := s.questions(ctx, b, b.table.AsideRules())
	if err != nil {
		return err
	}
	s.scans(rules)
	for _, sql := range s.move(rules, b) {
		s.add(b.table.Load.Table.Name, "rows that fail are set aside", sql)
	}
	return nil
}

// rules judges the rules that set nothing aside.
func (s *script) rules(ctx context.Context, b *batch) error {
	list := slices.DeleteFunc(slices.Clone(b.table.Load.Rules), func(rule model.Rule) bool { return rule.Quarantine })
	rules, err := s.questions(ctx, b, list)
	if err != nil {
		return err
	}
	s.scans(rules)
	for _, q := range s.asked(rules) {
		if q.Way() != plan.Alone {
			continue
		}
		sql, said := rules.QueryVerdict(q)
		if q.Severity != diag.Error {
			said = plan.Said{}
		}
		s.add(rules.Subject.Name, fmt.Sprintf("rule %q: the rows that its query returns fail. It may only read", q.Name), "BEGIN READ ONLY")
		s.refuse("", "", sql, said)
		s.add("", "", "COMMIT")
	}
	return nil
}

// asked are the rules that can be judged. The others are said to be skipped.
func (s *script) asked(rules *plan.Rules) []*plan.Question {
	var out []*plan.Question
	for _, q := range rules.Questions {
		text := fmt.Sprintf("rule %q is skipped: %s", q.Name, q.Reason)
		if rules.Reveals(q) {
			text = fmt.Sprintf("rule %q is left out: it compares with a value of personal data", q.Name)
		} else if q.Reason == "" {
			out = append(out, q)
			continue
		}
		if !slices.ContainsFunc(s.out.Statements, func(st report.Statement) bool { return st.Purpose == text }) {
			s.remark(rules.Subject.Name, text)
		}
	}
	return out
}

// scans asks as many rules together as can be.
func (s *script) scans(rules *plan.Rules) {
	for _, way := range []plan.Way{plan.Plain, plan.Joined, plan.Windowed} {
		var now []*plan.Question
		for _, q := range s.asked(rules) {
			if q.Way() == way {
				now = append(now, q)
			}
		}
		for _, group := range rules.Scans(now, way) {
			var names []string
			for _, q := range group {
				names = append(names, q.Name)
			}
			said := rules.Verdict(group, way, true)
			purpose := "rules, answered by one scan: " + joined(names)
			if said.SQL == "" {
				purpose += ". None of them refuses the batch"
			}
			s.refuse(rules.Subject.Name, purpose, rules.Scan(group, way), said)
		}
	}
}

// again sets aside what rests on rows that were set aside, and judges what may be too much.
func (s *script) again(ctx context.Context) error {
	circular := s.plan.Circular()
	var all moves
	for _, t := range s.plan.JudgeOrder() {
		if len(circular[t]) == 0 {
			continue
		}
		rules, err := s.questions(ctx, s.batches[t.Load.Table.Name], circular[t])
		if err != nil {
			return err
		}
		all = append(all, s.move(rules, s.batches[t.Load.Table.Name])...)
	}
	if len(all) > 0 {
		s.add("", "rows that rest on rows which were set aside", plan.Repeat(all))
	}
	for _, t := range s.plan.Tables {
		if most := t.Load.Source.MaxRejects; most != nil && t.Aside != "" {
			s.refuse(t.Load.Table.Name, "max_rejects", t.CountSetAside(), plan.SayIf(1, "c1 > "+pgsql.Int(*most), fmt.Sprintf("%s: more than %d rows are set aside", t.Load.Table.Name, *most)))
		}
	}
	return nil
}

// references checks that every value exists when the run is over. again says that the tables are locked.
func (s *script) references(b *batch, again bool) {
	name := b.table.Load.Table.Name
	for _, ref := range b.table.References {
		if again && !ref.Lives() {
			continue
		}
		purpose := fmt.Sprintf("%s refers to %s", joined(ref.Want.Columns), ref.Want.Table)
		if again {
			purpose += ", looked at again under lock, because it may rest on live rows"
		}
		said := plan.SayIf(2, "c1 > 0", fmt.Sprintf("%s: %s is not in %s", name, joined(ref.Want.Columns), ref.Want.Table))
		if ref.Want.Warn {
			if again {
				continue
			}
			said, purpose = plan.Said{}, purpose+": a warning, which refuses nothing"
		}
		s.refuse(name, purpose, ref.Count(again), said)
	}
	for _, o := range b.table.Orphans {
		s.refuse(name, "rows of "+o.Child+" that would be left without their row here", o.SQL(again), plan.SayIf(1, "c1 > 0", fmt.Sprintf("rows of %s would be left without their row in %s", o.Child, name)))
	}
}

// partition compares the batch of an append table with what its partition holds already. An equal one is not written again.
func (s *script) partition(ctx context.Context, b *batch) error {
	t, name := b.table, b.table.Load.Table.Name
	if !t.Load.Append || t.Found == nil || t.Found.Column(model.PartitionColumn) == nil {
		return nil
	}
	if len(t.Live.PrimaryKey) > 0 {
		s.refuse(name, "no key belongs to another partition", t.PartitionClash(), plan.SayAny(name+": a key was already brought by another partition"))
	}
	row, err := s.DB.One(ctx, t.PartitionRows())
	if err != nil || row.Int(0) == 0 || s.Restate {
		return err
	}
	t.Touch = false
	s.refuse(name, fmt.Sprintf("partition %s is there already and has to be equal, so that nothing is written", s.sel.Partition), t.PartitionDiff(b.absent),
		plan.SayIf(2, "c1 + c2 > 0", fmt.Sprintf("partition %s of %s is there already and differs: restate it on purpose", s.sel.Partition, name)))
	return nil
}

// compareFreezes compares each batch with what is frozen for its as_of. An equal one is not written again.
func (s *script) compareFreezes() {
	for _, f := range s.plan.Snapshots {
		if f.Registered == nil || s.Restate {
			continue
		}
		sql, _ := f.Compare(s.batches[f.From().Load.Table.Name].absent)
		purpose := fmt.Sprintf("%s is frozen (revision %d, %s) and may not change", f.AsOf, f.Registered.Revision, plural(f.Registered.Rows, "row"))
		if f.Registered.Partial {
			purpose += ". It was frozen without rows that were set aside: runner would complete it when the batch brings nothing but those"
		}
		s.refuse(f.Want.Name, purpose, sql, plan.SayIf(3, "c1 + c2 + c3 > 0", fmt.Sprintf("%s of %s is frozen and this batch differs", f.Want.Name, f.AsOf)))
	}
}
