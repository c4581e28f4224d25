package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Reference is the check that every value of some columns exists in another table when the run is over: among the rows of this
// run's batch of that table, or among the live rows that survive it.
type Reference struct {
	Want   model.Reference
	child  *Table
	parent *Table       // nil when the run leaves the parent out
	want   model.Table  // the parent as declared, or as found when the run leaves it out
	live   *model.Table // nil when there are no live rows that survive
	OnLive bool         // set by the first count: some rows rest on a live row alone
}

// Orphans is the check that removing rows of a table leaves no child behind.
type Orphans struct {
	Child  model.Table // the live table that refers to the one being shortened
	Want   model.Reference
	parent *Table
	staged *Table // the child's own batch, when this run has one and writes it
}

// linkReferences finds out for every reference against what it is to be checked.
func (p *Plan) linkReferences(project *model.Project, found Found) {
	for _, t := range p.Tables {
		for _, want := range t.Load.References {
			r := &Reference{Want: want, child: t, parent: p.Table(want.Table)}
			gone := r.parent != nil && r.parent.Load.DeleteMissing && r.parent.Touch
			if live := found.Table(want.Table); live != nil && !gone {
				r.live, r.want = live, *live
			}
			if r.parent != nil {
				r.want = r.parent.Live
			}
			t.References = append(t.References, r)
		}
	}
	for _, pl := range project.Pipelines {
		for _, l := range pl.Loads {
			p.linkOrphans(l, found)
		}
	}
}

func (p *Plan) linkOrphans(child *model.Load, found Found) {
	live := found.Table(child.Table.Name)
	if live == nil {
		return
	}
	for _, want := range child.References {
		parent := p.Table(want.Table)
		if parent == nil || !parent.Load.DeleteMissing || !parent.Touch || parent.Found == nil || want.Warn || !hasColumns(live, want.Columns) {
			continue
		}
		staged := p.Table(child.Table.Name)
		if staged != nil && !staged.Touch {
			staged = nil
		}
		if staged != nil && staged.Load.DeleteMissing {
			continue // what survives is the batch, and the batch is checked
		}
		parent.Orphans = append(parent.Orphans, &Orphans{Child: *live, Want: want, parent: parent, staged: staged})
	}
}

func hasColumns(t *model.Table, columns []string) bool {
	for _, c := range columns {
		if t.Column(c) == nil {
			return false
		}
	}
	return true
}

// holes joins the child's batch to where its values may be found. changed says that the schema changes of the plan have been made.
func (r *Reference) holes(changed bool) pgsql.Holes {
	joins, missing, staged := pgsql.Frag(""), pgsql.Frag("true"), pgsql.Frag("false")
	first := r.Want.Keys[0]
	if r.parent != nil {
		joins += "\nLEFT JOIN " + r.parent.Stage + " p ON " + match("p", r.Want.Keys, "r", r.Want.Columns)
		missing += " AND " + pgsql.Column("p", first) + " IS NULL"
		staged = pgsql.Column("p", first) + " IS NOT NULL"
	}
	if r.live != nil {
		live := r.live
		if changed {
			live = &r.want
		}
		joins += "\nLEFT JOIN " + asDeclared(r.want, live, "true") + " l ON " + match("l", r.Want.Keys, "r", r.Want.Columns)
		missing += " AND " + pgsql.Column("l", first) + " IS NULL"
	}
	present := pgsql.Join(pgsql.Map(r.Want.Columns, func(c string) pgsql.Frag { return pgsql.Column("r", c) + " IS NOT NULL" }), " AND ")
	return pgsql.Holes{"stage": r.child.Stage, "joins": joins, "present": present, "missing": missing, "staged": staged}
}

// Count answers with the number of rows whose value exists nowhere, and of those that rest on a live row alone and so must be
// looked at again under lock.
func (r *Reference) Count(changed bool) pgsql.Frag { return fill("check_reference", r.holes(changed)) }

// Samples finds rows whose value exists nowhere: file, line, values as json.
func (r *Reference) Samples(changed bool) pgsql.Frag {
	h := r.holes(changed)
	delete(h, "staged")
	h["values"] = textList("r", r.Want.Columns)
	h["file"], h["line"] = pgsql.Column("r", fileColumn), pgsql.Column("r", lineColumn)
	return fill("check_reference_samples", h)
}

// SQL finds children that would be left without their parent: number of them, a few keys of the parent as json.
func (o *Orphans) SQL() pgsql.Frag {
	survive, stays := pgsql.Frag(""), pgsql.Frag("true")
	if o.staged != nil && len(o.staged.Live.PrimaryKey) > 0 {
		key := o.staged.Live.PrimaryKey
		survive = "\nLEFT JOIN " + o.staged.Stage + " s ON " + match("s", key, "c", key)
		stays = pgsql.Column("s", key[0]) + " IS NULL"
	}
	first := o.Want.Keys[0]
	return fill("check_orphans", pgsql.Holes{
		"child": o.Child.SQL(), "live": o.parent.Found.SQL(), "stage": o.parent.Stage, "survive": survive, "stays": stays,
		"live_match": match("l", o.Want.Keys, "c", o.Want.Columns), "stage_match": match("p", o.Want.Keys, "c", o.Want.Columns),
		"missing": pgsql.Column("p", first) + " IS NULL", "key_text": textList("l", o.Want.Keys),
	})
}
