package review

import (
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/report"
)

func snapshots(p *model.Project) []*model.Snapshot {
	var out []*model.Snapshot
	for _, pl := range p.Pipelines {
		out = append(out, pl.Snapshots...)
	}
	return out
}

func (c *comparison) snapshots() {
	for _, p := range pairs(snapshots(c.before.Project), snapshots(c.after.Project), func(s **model.Snapshot) string { return (*s).Name }) {
		switch {
		case p.before == nil:
			c.added(thing{noun: "snapshot", name: (*p.after).Name, at: (*p.after).Origin}, report.Safe, "")
		case p.after == nil:
			s := *p.before
			c.removed(thing{noun: "snapshot", name: s.Name, at: s.Origin, consumers: sourceConsumers(c.before.Project, s.Name)}, report.Breaking,
				"no further date is frozen; those that are stay in the database")
		default:
			c.snapshot(*p.before, *p.after)
		}
	}
}

func (c *comparison) snapshot(b, a *model.Snapshot) {
	t := thing{noun: "snapshot", name: a.Name, at: a.Origin}
	of := t
	of.consumers = sourceConsumers(c.before.Project, b.Name)
	c.changed(of, report.Breaking, "from", b.From, a.From, "its dates hold rows of two tables")
	for _, name := range b.Columns {
		if !slices.Contains(a.Columns, name) {
			c.removed(thing{noun: "snapshot_column", name: b.Name + "." + name, at: b.Origin, consumers: unique(usersOf(c.before.Project, b.Name, name))}, report.Breaking,
				"it is not frozen any more, and what is not frozen cannot be made up for later")
		}
	}
	for _, name := range a.Columns {
		if !slices.Contains(b.Columns, name) {
			c.added(thing{noun: "snapshot_column", name: a.Name + "." + name, at: a.Origin}, report.Safe, "dates that are frozen already have no value of it")
		}
	}
	c.changed(of, report.Risky, "known_after", b.KnownAfter.Text, a.KnownAfter.Text, "training sets see its rows at other times")
	at := map[bool]string{false: "end", true: "start"}
	c.changed(of, report.Risky, "as_of_time", at[b.AtStart], at[a.AtStart], "training sets see its rows at other times")
}
