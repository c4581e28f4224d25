package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// moves are statements that set rows aside; each answers with the number of rows that it moved.
type moves = []pgsql.Frag

// move makes the statements that take the rows which fail rules out of a batch.
func (s *script) move(rules *plan.Rules, b *batch) moves {
	questions := s.asked(rules)
	if len(questions) == 0 {
		return nil
	}
	return rules.SetAside(b.table, questions)
}

// changeAll changes the schema in a transaction of its own, after every check.
func (s *script) changeAll(context.Context) error {
	s.step = report.SchemaStep
	changes := slices.Concat(s.plan.Changes, s.online.changes)
	if len(changes) == 0 {
		return nil
	}
	s.add("", "the schema changes in a transaction of its own, after every check and before any row", "BEGIN")
	for _, c := range changes {
		purpose := c.Detail
		if at := c.Origin.String(); at != "" {
			purpose += "  (" + at + ")"
		}
		s.add(c.Object, purpose, c.SQL)
	}
	for _, c := range s.plan.Changes {
		if c.Retype || c.Rename[0] != "" || c.Action == "drop" {
			s.remark(c.Object, "runner brings the registry of freezes up to date here: names and fingerprints of frozen columns")
			break
		}
	}
	s.add("", "", "COMMIT")
	return nil
}

// publishAll publishes and freezes in one transaction.
func (s *script) publishAll(ctx context.Context) error {
	s.step = report.PublishStep
	s.add("", "everything is published at once", "BEGIN")
	snapshots := s.freezing()
	for _, sql := range plan.LocksOf(s.plan.Tables, snapshots) {
		s.add("", "", sql)
	}
	for _, t := range s.plan.Tables {
		s.references(s.batches[t.Load.Table.Name], true)
	}
	for _, t := range s.plan.Tables {
		s.publishOne(s.batches[t.Load.Table.Name])
	}
	for i := len(s.plan.Tables) - 1; i >= 0; i-- { // children before parents
		if t := s.plan.Tables[i]; t.Load.DeleteMissing && t.Touch && t.Found != nil {
			s.add(t.Load.Table.Name, "rows that the file does not hold are deleted", t.DeleteMissing())
		}
	}
	s.step = report.FreezeStep
	for _, f := range snapshots {
		s.freezeOne(f)
	}
	if err := s.onlineAll(ctx); err != nil {
		return err
	}
	s.step = report.PublishStep
	s.add("", "", "COMMIT")
	s.analyzeAll()
	return nil
}

// freezing are the snapshots that are written: those that are not frozen yet, or restated.
func (s *script) freezing() []*plan.Snapshot {
	var out []*plan.Snapshot
	for _, f := range s.plan.Snapshots {
		if f.Registered == nil || s.Restate {
			out = append(out, f)
		}
	}
	return out
}

func (s *script) publishOne(b *batch) {
	t, name := b.table, b.table.Load.Table.Name
	switch {
	case !t.Touch && !t.Load.Append:
		s.remark(name, fmt.Sprintf("live speaks for %s, which is newer, and is not touched", t.LiveAsOf))
		return
	case !t.Touch:
		s.remark(name, fmt.Sprintf("partition %s is there already", s.sel.Partition))
		return
	case t.Load.Append && s.Restate && t.Found != nil:
		s.add(name, "the partition is replaced", t.DeletePartition())
	}
	s.add(name, "rows that are new or differ; the answer is the number of those inserted and updated", t.Publish(b.absent))
	if t.KeyLater {
		for _, sql := range t.After {
			s.add(name, "the key and the indexes, after the first rows", sql)
		}
	}
}

func (s *script) freezeOne(f *plan.Snapshot) {
	absent, name := s.batches[f.From().Load.Table.Name].absent, f.Want.Name
	if f.Registered == nil {
		s.add(name, "the rows of "+f.AsOf+"; the answer is their number and fingerprint, which runner registers", f.Freeze(absent))
		for _, sql := range f.After() {
			s.add(name, "the key and an index that finds a month", sql)
		}
		return
	}
	for _, sql := range f.Restate(absent) {
		s.add(name, fmt.Sprintf("%s is restated: revision %d goes to the ledger where it differs", f.AsOf, f.Registered.Revision), sql)
	}
	s.add(name, "number and fingerprint of the rows, which runner registers", plan.Fingerprint(f.Table, f.AsOf, f.Columns()))
}

// analyzeAll lets the planner know tables that were filled for the first time.
func (s *script) analyzeAll() {
	for _, t := range s.plan.Tables {
		if t.KeyLater {
			s.add(t.Load.Table.Name, "let the planner know its first rows", t.AnalyzeLive())
		}
	}
	for _, f := range s.plan.Snapshots {
		if f.KeyLater {
			s.add(f.Want.Name, "let the planner know its first rows", f.Analyze())
		}
	}
	for _, o := range s.online.tables {
		if o.Found == nil || o.Rebuild != "" {
			s.add(o.View.Name, "let the planner know its first rows", o.Analyze())
		}
	}
}
