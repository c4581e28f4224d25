package plan

import (
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Reference is the check that every value of some columns exists in another table when the run is over: among the rows of this
// run's batch of that table, or among the live rows that survive it.
type Reference struct {
	Want   model.Reference
	OnLive bool // set by the first count: some rows rest on a live row alone
	child  *Table
	parent *Table    // nil when the run leaves the parent out
	live   *relation // nil when there are no live rows that survive
}

// Orphans is the check that removing rows of a table leaves no child behind.
type Orphans struct {
	Child  string // name of the table that refers to the one being shortened
	Want   model.Reference
	child  relation
	parent *Table
	staged *Table // the child's own batch, when this run has one and writes it
	aside  bool   // of the live children only those whose key is set aside survive: the others are deleted unless the batch holds them
}

// relation is a table that is there, as it was found and as it is declared. Before the schema is changed it is read as found; after
// that a table of this run is as declared, and one of another run still as found.
type relation struct {
	want model.Table
	live *model.Table
	ours bool // this run changes its schema
}

func (r relation) sql(changed bool) pgsql.Frag {
	if changed && r.ours {
		return asDeclared(r.want, &r.want, "true")
	}
	return asDeclared(r.want, r.live, "true")
}

// relation returns the table of a name as the project declares it, or as it was found when no spec does; nil when it is not there.
func (p *Plan) relation(project *model.Project, found Found, name string) *relation {
	live := found.Table(name)
	if live == nil {
		return nil
	}
	if t := p.Table(name); t != nil {
		return &relation{want: t.Live, live: live, ours: true}
	}
	for _, pl := range project.Pipelines {
		if l := pl.Load(name); l != nil {
			want := l.Table
			want.Schema = p.Schema
			return &relation{want: want, live: live}
		}
	}
	return &relation{want: *live, live: live}
}

// linkReferences finds out for every reference against what it is to be checked.
func (p *Plan) linkReferences(project *model.Project, found Found) {
	for _, t := range p.Tables {
		for _, want := range t.Load.References {
			r := &Reference{Want: want, child: t, parent: p.Table(want.Table)}
			if gone := r.parent != nil && r.parent.Load.DeleteMissing && r.parent.Touch; !gone {
				r.live = p.relation(project, found, want.Table)
			}
			t.References = append(t.References, r)
		}
	}
	for _, pl := range project.Pipelines {
		for _, l := range pl.Loads {
			p.linkOrphans(project, l, found)
		}
	}
}

func (p *Plan) linkOrphans(project *model.Project, child *model.Load, found Found) {
	rel := p.relation(project, found, child.Table.Name)
	if rel == nil {
		return
	}
	for _, want := range child.References {
		parent := p.Table(want.Table)
		if parent == nil || !parent.Load.DeleteMissing || !parent.Touch || parent.Found == nil || want.Warn {
			continue
		}
		staged := p.Table(child.Table.Name)
		if staged != nil && !staged.Touch {
			staged = nil
		}
		shortened := staged != nil && staged.Load.DeleteMissing
		if shortened && staged.Aside == "" {
			continue // what survives is the batch, and the batch is checked
		}
		parent.Orphans = append(parent.Orphans, &Orphans{Child: child.Table.Name, Want: want, child: *rel, parent: parent, staged: staged, aside: shortened})
	}
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
		gone := pgsql.Frag("")
		if r.parent != nil && r.parent.Aside != "" { // the live row of a key that is set aside is not what the batch says of it
			joins += "\nLEFT JOIN " + r.parent.Aside + " q ON " + match("q", r.Want.Keys, "r", r.Want.Columns)
			gone = " OR " + pgsql.Column("q", first) + " IS NOT NULL"
		}
		joins += "\nLEFT JOIN " + r.live.sql(changed) + " l ON " + match("l", r.Want.Keys, "r", r.Want.Columns)
		missing += " AND (" + pgsql.Column("l", first) + " IS NULL" + gone + ")"
	}
	present := pgsql.Join(pgsql.Map(r.Want.Columns, func(c string) pgsql.Frag { return pgsql.Column("r", c) + " IS NOT NULL" }), " AND ")
	return pgsql.Holes{"stage": r.child.Stage, "joins": joins, "present": present, "missing": missing, "staged": staged}
}

// Lives tells whether a value may rest on a live row.
func (r *Reference) Lives() bool { return r.live != nil }

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
func (o *Orphans) SQL(changed bool) pgsql.Frag {
	parent := relation{want: o.parent.Live, live: o.parent.Found, ours: true}
	survive, stays := pgsql.Frag(""), pgsql.Frag("true")
	switch {
	case o.staged == nil || len(o.staged.Live.PrimaryKey) == 0:
	case o.aside:
		key := o.staged.Live.PrimaryKey
		survive = "\nJOIN " + o.staged.Aside + " s ON " + match("s", key, "c", key)
	default:
		key := o.staged.Live.PrimaryKey
		survive = "\nLEFT JOIN " + o.staged.Stage + " s ON " + match("s", key, "c", key)
		stays = pgsql.Column("s", key[0]) + " IS NULL"
	}
	first := o.Want.Keys[0]
	missing := pgsql.Column("p", first) + " IS NULL"
	if o.parent.Aside != "" { // a parent that is set aside keeps its live row
		survive += "\nLEFT JOIN " + o.parent.Aside + " q ON " + match("q", o.Want.Keys, "c", o.Want.Columns)
		missing += " AND " + pgsql.Column("q", first) + " IS NULL"
	}
	return fill("check_orphans", pgsql.Holes{
		"child": o.child.sql(changed), "live": parent.sql(changed), "stage": o.parent.Stage, "survive": survive, "stays": stays,
		"live_match": match("l", o.Want.Keys, "c", o.Want.Columns), "stage_match": match("p", o.Want.Keys, "c", o.Want.Columns),
		"missing": missing, "key_text": textList("l", o.Want.Keys),
	})
}
