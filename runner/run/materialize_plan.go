package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/ledger"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// countOnline counts what bringing the views online would do once the batches are published. Nothing is written: the rows that are not
// there yet are read from the stage.
func (r *runner) countOnline(ctx context.Context) error {
	if len(r.rep.Materialized) == 0 {
		return nil
	}
	found, last, err := r.findOnline(ctx)
	if err != nil {
		return err
	}
	r.foresee(&found)
	for i, t := range r.online.tables {
		if slices.ContainsFunc(plan.Reads(t.View), r.unreadSource) {
			continue
		}
		if err := r.judged("", nil, r.countView(ctx, r.planOnline(t, found, last), &r.rep.Materialized[i])); err != nil {
			return err
		}
	}
	return nil
}

// foresee puts the rows that the run is about to bring into the place of those that are there.
func (r *runner) foresee(found *plan.OnlineFound) {
	found.Pending = plan.Pending{}
	for _, t := range r.plan.Tables {
		if rows, ok := r.plan.Over(t.Load.Table.Name); ok && t.Touch && !r.unread(t.Load.Table.Name) {
			found.Pending[t.Load.Table.Name] = rows.Rows
		}
	}
	for i, s := range r.plan.Snapshots {
		switch r.rep.Snapshots[i].State {
		case report.WouldFreeze, report.WouldComplete, report.WouldRestate:
			found.Pending[s.Want.Name] = s.Over(r.batches[s.From().Load.Table.Name].absent)
			r.addFreeze(found, s)
		}
	}
}

// addFreeze counts a freeze as made.
func (r *runner) addFreeze(found *plan.OnlineFound, s *plan.Snapshot) {
	if found.Source.Freezes == nil {
		found.Source.Freezes = map[string][]plan.Freeze{}
	}
	found.Source.Freezes[s.Want.Name] = s.WithFreeze(found.Source.Freezes[s.Want.Name], s.Columns())
}

// unreadSource tells whether a table, or the one that a snapshot freezes, has a batch that could not be read.
func (r *runner) unreadSource(name string) bool {
	for _, s := range r.plan.Snapshots {
		if s.Want.Name == name {
			name = s.From().Load.Table.Name
		}
	}
	return r.unread(name)
}

func (r *runner) countView(ctx context.Context, m *plan.Materialization, out *report.Materialized) error {
	out.Mode = string(m.Mode)
	switch {
	case m.Missing != "":
		out.State = report.NothingYet
		return nil
	case m.UpToDate:
		out.State, out.Newest = report.UpToDate, m.Newest()
		return nil
	}
	row, err := r.DB.One(ctx, m.Count())
	if err != nil {
		return r.viewFault(m.View, err)
	}
	out.Inserted, out.Updated, out.Unchanged, out.Older, out.Deleted = row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4)
	if out.State = report.WouldOnline; out.Inserted+out.Updated+out.Deleted == 0 {
		out.State = report.UpToDate
	}
	return nil
}

// onlineAll brings the views online, after the freezes.
func (s *script) onlineAll(ctx context.Context) error {
	s.step = report.OnlineStep
	if len(s.online.tables) == 0 {
		return nil
	}
	found, last, err := s.foundOnline(ctx)
	if err != nil {
		return err
	}
	for _, t := range s.online.tables {
		m := s.planOnline(t, found, last)
		switch {
		case m.Missing != "":
			s.remark(t.View.Name, m.Missing+" is not there, so there is nothing to bring online")
			continue
		case m.UpToDate:
			s.remark(t.View.Name, "nothing has come since it was last brought online")
			continue
		}
		s.add(t.View.Name, "the newest values come online; nobody else writes them meanwhile", t.Lock())
		for _, sql := range m.Before {
			s.add(t.View.Name, "a table that takes the place of the old one", sql)
		}
		for _, sql := range m.Writes {
			s.add(t.View.Name, "rows that are new or differ and are not older; the answer is the number of those inserted, updated, unchanged and older", sql)
		}
		for _, sql := range m.Deletes {
			s.add(t.View.Name, "rows that the source no longer has", sql)
		}
		for _, sql := range m.Ready {
			s.add(t.View.Name, "", sql)
		}
		for _, sql := range m.After {
			s.add(t.View.Name, "", sql)
		}
	}
	return nil
}

// foundOnline is what there is when the script comes to the views: with its own tables and freezes.
func (s *script) foundOnline(ctx context.Context) (found plan.OnlineFound, last map[string]ledger.Materialized, err error) {
	found = plan.OnlineFound{Now: s.Now().UTC(), Seen: map[string]int64{}}
	if s.DB != nil {
		if found, last, err = s.findOnline(ctx); err != nil {
			return found, last, err
		}
	}
	if found.Seen == nil {
		found.Seen = map[string]int64{}
	}
	for _, t := range s.plan.Tables {
		found.Source.Tables = declaredOver(found.Source.Tables, t.Live)
		if t.Touch {
			found.Seen[t.Load.Table.Name]++
		}
	}
	for _, f := range s.plan.Snapshots {
		found.Source.Tables = declaredOver(found.Source.Tables, f.Table)
	}
	for _, f := range s.freezing() {
		s.addFreeze(&found, f)
		found.Seen[f.Want.Name]++
	}
	return found, last, nil
}

// declaredOver puts a declared table into the place of the one that was found.
func declaredOver(tables []model.Table, want model.Table) []model.Table {
	out := slices.DeleteFunc(slices.Clone(tables), func(t model.Table) bool { return t.Name == want.Name })
	return append(out, want)
}

// views tries the query of every view that is kept online.
func (p *prober) views(ctx context.Context) error {
	found, last, err := p.findOnline(ctx)
	if err != nil {
		return err
	}
	for _, v := range p.Project.FeatureViews {
		if !v.Online {
			continue
		}
		t, _ := plan.NewOnlineTable(v, p.DB.Schema(), plan.Found{})
		m := p.planOnline(t, found, last)
		if m.Missing != "" {
			p.wait("what feature view %s reads: %s is not there yet", v.Name, m.Missing)
			continue
		}
		if slices.ContainsFunc(plan.Reads(v), func(name string) bool { return p.apart[name] }) {
			p.wait("what feature view %s reads, because live differs from the spec in a way that apply refuses", v.Name)
			continue
		}
		if err := p.try(ctx, fmt.Sprintf("what feature view %s reads", v.Name), v.Origin, m.Reading()); err != nil {
			return err
		}
	}
	return nil
}
