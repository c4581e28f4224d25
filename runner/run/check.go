package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// phase is some checks of every batch, made before any batch sees those of the next phase. One without a name is not timed.
type phase struct {
	name   string
	tables []*plan.Table
	checks []func(context.Context, *batch) (diag.List, error)
	then   func(context.Context) (diag.List, error) // when every batch has seen them; may be nil
}

// phases is the order of judgement: size and keys, the rules that set rows aside, and of the rows that are left references, the other
// rules and the partition of append tables. Where nothing can be set aside, a batch is looked at in one go.
func (r *runner) phases() []phase {
	type checks = []func(context.Context, *batch) (diag.List, error)
	first, rest := checks{r.checkSize, r.checkAbsent, r.checkNulls, r.checkKeys}, checks{r.checkAppend, r.checkRules}
	all := r.plan.Tables
	references := func(ctx context.Context, b *batch) (diag.List, error) { return r.checkReferences(ctx, b, false) }
	if !slices.ContainsFunc(r.plan.Tables, func(t *plan.Table) bool { return t.Aside != "" }) {
		return []phase{{"check", all, append(first, rest...), nil}, {"", all, checks{references}, nil}}
	}
	return []phase{{"check", all, first, nil}, {"aside", r.plan.JudgeOrder(), checks{r.quarantine}, r.settleQuarantine},
		{"rules", all, append(checks{references}, rest...), nil}}
}

// check judges every batch as a whole before anything is written, and then what is frozen already. All faults are collected.
func (r *runner) check(ctx context.Context) error {
	var faults diag.List
	for _, p := range r.phases() {
		for _, t := range p.tables {
			list, err := r.checkTable(ctx, p, r.batches[t.Load.Table.Name])
			if err != nil {
				return err
			}
			faults = append(faults, list...)
		}
		if p.then != nil {
			list, err := p.then(ctx)
			if err != nil {
				return err
			}
			faults = append(faults, list...)
		}
	}
	return r.refuseAll(ctx, faults)
}

// refuseAll compares what is left with what is frozen, the last thing that is looked at, and refuses the run when anything was found.
func (r *runner) refuseAll(ctx context.Context, faults diag.List) error {
	list, err := r.checkFreezes(ctx)
	if err != nil {
		return err
	}
	if faults = append(faults, list...); faults.HasErrors() {
		return refuse(faults)
	}
	return nil
}

func (r *runner) checkTable(ctx context.Context, p phase, b *batch) (faults diag.List, err error) {
	all := func() (int64, error) {
		for _, check := range p.checks {
			list, err := check(ctx, b)
			if err != nil {
				return 0, err
			}
			faults = append(faults, list...)
		}
		return b.rows, nil
	}
	if p.name == "" {
		_, err = all()
		return faults, err
	}
	return faults, r.timed(p.name, b.table.Load.Table.Name, all)
}

// checkSize refuses a batch that is empty or has shrunk too much to be believed.
func (r *runner) checkSize(_ context.Context, b *batch) (diag.List, error) {
	var faults diag.List
	at := diag.Place{File: joined(b.files())}
	if least := b.table.LeastRows(); b.rows < least {
		faults.Add(diag.Diagnostic{Place: at, Message: fmt.Sprintf("%s has %s, at least %d are expected", b.table.Load.Table.Name, plural(b.rows, "row"), least),
			Hint: "min_rows in the source sets the limit"})
	}
	if !b.table.Comparable() {
		return faults, nil
	}
	before, name := b.table.Previous, b.table.Load.Table.Name
	gone := before - b.rows
	if b.table.Shrinks(b.rows) {
		shrunk := plan.CheckOf("D809").At(at, fmt.Sprintf("%s has %s and the partition before had %d: more than %g%% of them are gone", name, plural(b.rows, "row"), before, b.table.MayGo()*100),
			"is the export whole? max_shrink in the source raises the limit, or turns it off")
		shrunk.Severity = diag.Error
		faults.Add(shrunk)
	} else if r.dry != nil && before >= fewRows && 10*gone > before {
		faults.Add(plan.CheckOf("D809").At(at, fmt.Sprintf("%s has %s and the partition before had %d", name, plural(b.rows, "row"), before), "is the export whole?"))
	}
	return faults, nil
}

// checkAbsent refuses to guess what a column that vanished from the file means for live values.
func (r *runner) checkAbsent(ctx context.Context, b *batch) (diag.List, error) {
	var faults diag.List
	for _, reading := range b.table.Load.Reading {
		if !slices.Contains(b.read.Absent, reading.Column) || reading.WhenAbsent != "" || b.table.Found == nil {
			continue
		}
		row, err := r.DB.One(ctx, b.table.CountValues(reading.Column))
		if err != nil {
			return nil, err
		}
		if n := row.Int(0); n > 0 {
			faults.Add(diag.Diagnostic{Place: diag.Place{File: joined(b.files())}, Message: fmt.Sprintf("the optional column %q is not in the file, and %s of %s hold a value for it",
				reading.Column, plural(n, "live row"), b.table.Load.Table.Name), Hint: "say what that means: when_absent: keep, or when_absent: null"})
		}
	}
	return faults, nil
}

// checkNulls looks at key columns and computed ones; all other cells were judged while reading.
func (r *runner) checkNulls(ctx context.Context, b *batch) (diag.List, error) {
	var faults diag.List
	for _, column := range b.table.MustHave() {
		rows, err := r.DB.Query(ctx, b.table.Nulls(column))
		if err != nil {
			return nil, err
		}
		b.unkeyed = b.unkeyed || len(rows) > 0 && b.table.Live.IsKey(column)
		for _, row := range rows {
			faults.Add(diag.Diagnostic{Place: b.place(row.Int(0), row.Int(1)), Message: fmt.Sprintf("%s is empty, and it %s", column, whyNot(b, column)),
				Hint: fmt.Sprintf("%s of %s in all", plural(row.Int(2), "row"), b.table.Load.Table.Name)})
		}
	}
	return faults, r.noteComputed(ctx, b)
}

// noteComputed says of computed columns where a value was lost: nothing becomes NULL without a word.
func (r *runner) noteComputed(ctx context.Context, b *batch) error {
	for _, reading := range b.table.Load.Reading {
		sql := b.table.ComputedNulls(reading)
		if sql == "" {
			continue
		}
		rows, err := r.DB.Query(ctx, sql)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			r.note(fmt.Sprintf("%s: %s came out as NULL in %s, from values of %s; the first is %s", b.table.Load.Table.Name, reading.Column,
				plural(rows[0].Int(2), "row"), joined(slices.DeleteFunc(slices.Clone(reading.Value.Uses), func(u string) bool { return u == reading.Column })),
				b.place(rows[0].Int(0), rows[0].Int(1))))
		}
	}
	return nil
}

func whyNot(b *batch, column string) string {
	if b.table.Live.IsKey(column) {
		return "belongs to the primary key"
	}
	return "may not be"
}

func (r *runner) checkKeys(ctx context.Context, b *batch) (diag.List, error) {
	if len(b.table.Live.PrimaryKey) == 0 {
		return nil, nil
	}
	if err := r.compareLive(ctx, b); err != nil || b.diff != nil {
		return nil, err
	}
	row, err := r.DB.One(ctx, b.table.CountHashes())
	if err != nil || row.Int(0) == row.Int(1) {
		return nil, err
	}
	if row, err = r.DB.One(ctx, b.table.CountKeys()); err != nil || row.Int(0) == row.Int(1) {
		return nil, err
	}
	if b.table.Load.Source.IdenticalKeys {
		if row, err = r.dropIdentical(ctx, b); err != nil || row.Int(0) == row.Int(1) {
			return nil, err
		}
	}
	b.unkeyed = true
	repeated := row.Int(0) - row.Int(1)
	rows, err := r.DB.Query(ctx, b.table.Duplicates())
	if err != nil {
		return nil, err
	}
	var faults diag.List
	for _, d := range rows {
		fault, err := r.duplicate(b, d)
		if err != nil {
			return nil, err
		}
		faults.Add(fault)
	}
	if int64(len(rows)) < repeated {
		faults.Add(diag.Diagnostic{Place: diag.Place{File: joined(b.files())}, Message: fmt.Sprintf("%s repeat a key of %s in all", plural(repeated, "row"), b.table.Load.Table.Name)})
	}
	return faults, nil
}

// checkAppend compares the partition of an append table with what it holds already.
func (r *runner) checkAppend(ctx context.Context, b *batch) (diag.List, error) {
	t := b.table
	if !t.Load.Append || t.Found == nil || t.Found.Column(model.PartitionColumn) == nil {
		return nil, nil
	}
	var faults diag.List
	if len(t.Live.PrimaryKey) > 0 {
		rows, err := r.DB.Query(ctx, t.PartitionClash())
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			key, err := values(row, 2, t.Live, t.Live.PrimaryKey)
			if err != nil {
				return nil, err
			}
			faults.Add(diag.Diagnostic{Place: b.place(row.Int(0), row.Int(1)), Message: fmt.Sprintf("%s was already brought by partition %s", pairs(key), row.Text(3))})
		}
	}
	if r.replay != nil {
		return faults, nil
	}
	row, err := r.DB.One(ctx, t.PartitionRows())
	if err != nil || row.Int(0) == 0 {
		return faults, err
	}
	diff, err := r.DB.One(ctx, t.PartitionDiff(b.absent))
	if err != nil {
		return nil, err
	}
	if diff.Int(0) == 0 && diff.Int(1) == 0 {
		t.Touch = false
		r.note(fmt.Sprintf("%s: partition %s is there already and equal", t.Load.Table.Name, r.sel.Partition))
	} else if !r.Restate {
		if b.completes, err = r.completesPartition(ctx, t, diff.Int(0), diff.Int(1)); err != nil || b.completes {
			return faults, err
		}
		b.clashes = true
		faults.Add(diag.Diagnostic{Place: t.Load.Origin, Message: fmt.Sprintf("partition %s of %s is there already and differs: %s only in the batch, %s only in the table",
			r.sel.Partition, t.Load.Table.Name, plural(diff.Int(0), "row"), plural(diff.Int(1), "row")),
			Hint: `replace it on purpose with --restate --reason "...", or correct the source`})
	}
	return faults, nil
}

// checkReferences looks for values that exist nowhere when the run is over. again says that the schema has been changed and the
// tables are locked; then only what rested on live rows is looked at.
func (r *runner) checkReferences(ctx context.Context, b *batch, again bool) (diag.List, error) {
	var faults diag.List
	for _, ref := range b.table.References {
		if again && !ref.OnLive || r.unread(ref.Want.Table) {
			continue
		}
		list, err := r.checkReference(ctx, b, ref, again)
		if err != nil {
			return nil, err
		}
		faults = append(faults, list...)
	}
	for _, o := range b.table.Orphans {
		if r.unread(o.Child) {
			continue
		}
		row, err := r.DB.One(ctx, o.SQL(again))
		if err != nil {
			return nil, err
		}
		if n := row.Int(0); n > 0 {
			faults.Add(diag.Diagnostic{Place: o.Want.Origin, Message: fmt.Sprintf("%s of %s would be left without their row in %s, which delete_missing removes",
				plural(n, "row"), o.Child, b.table.Load.Table.Name), Hint: "deliver the children too, or keep the parents"})
		}
	}
	return faults, nil
}

func (r *runner) checkReference(ctx context.Context, b *batch, ref *plan.Reference, again bool) (diag.List, error) {
	row, err := r.DB.One(ctx, ref.Count(again))
	if err != nil {
		return nil, err
	}
	ref.OnLive = row.Int(1) > 0
	missing := row.Int(0)
	if missing == 0 {
		return nil, nil
	}
	samples, err := r.DB.Query(ctx, ref.Samples(again))
	if err != nil {
		return nil, err
	}
	severity := diag.Error
	if ref.Want.Warn {
		severity = diag.Warning
		r.note(fmt.Sprintf("%s: %s refer to nothing in %s", b.table.Load.Table.Name, plural(missing, "row"), ref.Want.Table))
	}
	var faults diag.List
	for i, s := range samples {
		vals, err := values(s, 2, b.table.Live, ref.Want.Columns)
		if err != nil {
			return nil, err
		}
		d := diag.Diagnostic{Severity: severity, Place: b.place(s.Int(0), s.Int(1)), Message: fmt.Sprintf("%s is not in %s", pairs(vals), ref.Want.Table),
			Related: []diag.Related{{Place: ref.Want.Origin, Message: "the reference is declared here"}}}
		if i == 0 && missing > int64(len(samples)) {
			d.Hint = fmt.Sprintf("%d rows in all", missing)
		}
		faults.Add(d)
	}
	if ref.Want.Warn {
		return nil, nil
	}
	return faults, nil
}
