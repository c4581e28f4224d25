package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// view is a feature view under check.
type view struct {
	name    spec.Str
	model   *model.FeatureView
	source  origin
	entity  *entity
	unclear bool // not all of its features are known
	missing bool // some feature has no column
}

func (p *pass) checkFeatureView(s *spec.FeatureView) {
	v := &view{name: s.Name, model: &model.FeatureView{Name: s.Name.Value, Description: s.Description.Value, Owner: s.Owner.Value, Tags: s.Tags.Strings(),
		SnapshotOnly: s.Join.Value == "snapshot", Online: !s.Online.Set || s.Online.Value, Origin: place(s.Name.Place, s.Place)}}
	p.claimDocument(s.Name, "feature view")
	first(p.store.views, s.Name, v)
	v.entity = p.findEntity(s.Entity)
	known := p.checkViewSource(v, s)
	if v.entity != nil {
		v.model.Entity = v.entity.model
		p.checkRenamed(s.Keys, model.Table{Columns: v.entity.model.Key}.ColumnNames(), fmt.Sprintf("entity %q", v.entity.model.Name))
	}
	if known && v.entity != nil && !v.entity.unclear {
		keys, ok := p.keysIn(v.entity, v.source, s.Keys, spec.Str{Place: place(s.Source.Name.Place, s.Source.Place)})
		v.model.Keys = keys
		if ok {
			p.personalKeys(v)
			p.checkManyRows(v, s)
		}
	}
	v.unclear = v.unclear || !known
	p.checkTTL(v, s)
	taken := featureNames{}
	p.checkFeatures(v, s, taken)
	p.checkDerived(v, s, taken)
	p.fullNames(v)
	p.project.FeatureViews = append(p.project.FeatureViews, v.model)
}

// personalKeys makes the key of an entity personal where it is so in a source of any of its views.
func (p *pass) personalKeys(v *view) {
	for i, name := range v.model.Keys {
		if c := v.source.column(name); c != nil && c.PII {
			v.entity.model.Key[i].PII = true
		}
	}
}

func (p *pass) findEntity(name spec.Str) *entity {
	e := p.store.entities[name.Value]
	if e == nil && name.Set && !p.unread {
		all := p.project.EntityNames()
		p.fault("F601", name.Place, suggest(name.Value, all, "the declared entities are"), "entity %q is not declared", name.Value)
		p.mendName(name, all)
	}
	return e
}

// checkViewSource resolves where a view reads; false when its columns are not known.
func (p *pass) checkViewSource(v *view, s *spec.FeatureView) bool {
	ok := false
	switch {
	case s.Source == nil:
	case s.Source.Query.Set:
		v.source, ok = p.querySource(s)
	case s.Source.Name.Set:
		if v.source, ok = p.findSource(s.Source.Name); ok {
			p.namesOnly(s.Source)
			p.live(v.source, s.Source.Name.Place, fmt.Sprintf("feature view %q", s.Name.Value))
		}
	}
	v.model.Source = v.source.FeatureSource
	if ok && s.Join.Value == "snapshot" && !v.source.Snapshot {
		p.fault("F608", s.Join.Place, "leave it out: the newest row of a key counts", "join: snapshot speaks of freezes, and %s has none", v.source.what())
	}
	return ok
}

// checkManyRows refuses a snapshot in which a key of the entity has several rows at one date: nothing says which of them is meant. A table of
// events that has one row for each key is the reverse: it remembers nothing but the newest.
func (p *pass) checkManyRows(v *view, s *spec.FeatureView) {
	if !v.source.Snapshot && v.source.EventTime != "" && len(v.source.Key) > 0 && !slices.ContainsFunc(v.source.Key, func(k string) bool { return !slices.Contains(v.model.Keys, k) }) {
		p.warn("F603", s.Source.Name.Place, p.kept(v.source.Name, "freeze it in a snapshot, or give the table a key for each event"),
			"table %q has one row for each key, which the next overwrites: a training set would find nothing of earlier times", v.source.Name)
		p.relate(v.source.named, "the table")
	}
	if !v.source.Snapshot {
		return
	}
	var more []string
	for _, k := range v.source.Key {
		if !slices.Contains(v.model.Keys, k) {
			more = append(more, k)
		}
	}
	if len(more) > 0 {
		p.fault("F601", place(s.Entity.Place, s.Place), "give the entity the whole key, or compute one row each with a query", "the key of %s has %s beside that of entity %q: several rows would be the newest",
			v.source.what(), strings.Join(more, ", "), v.entity.model.Name)
		p.relate(v.source.named, "the source")
	}
}

// checkFeatures resolves the features that are columns.
func (p *pass) checkFeatures(v *view, s *spec.FeatureView, taken featureNames) {
	whose := fmt.Sprintf("feature view %q", s.Name.Value)
	for _, f := range s.Features {
		if f.Name.Value == "all" && !f.From.Set && v.source.column("all") == nil {
			p.checkAll(v, f, len(s.Features), taken, whose)
			continue
		}
		if !f.Name.Set {
			v.unclear = true
			continue
		}
		p.checkColumnName(f.Name)
		column := f.Name
		if f.From.Set {
			column = f.From
		}
		out := model.Feature{Name: f.Name.Value, Column: column.Value, Description: f.Description.Value, Tags: f.Tags.Strings(), Origin: f.Name.Place}
		if c := v.source.column(column.Value); c != nil {
			out.Type, out.PII = c.Type, c.PII
			if out.Description == "" {
				out.Description = c.Description
			}
			p.checkFeatureType(f, *c)
		} else if f.Meant["from"] {
			v.missing = true
		} else if !v.source.unclear && len(v.source.Columns) > 0 {
			p.fault("F604", column.Place, suggest(column.Value, v.source.columnNames(), "its columns are"), "feature %q: %s has no column %q", f.Name.Value, v.source.what(), column.Value)
			p.mendName(column, v.source.columnNames())
			v.missing = true
		}
		if p.addFeature(taken, out.Name, f.Name.Place, whose, "name it once, or give one of them another name: {name: NAME, from: "+column.Value+"}") {
			p.notKey(v, out)
			p.notTime(out.Name, f.Name.Place, "feature")
			p.comparable(v, out)
			v.model.Features = append(v.model.Features, out)
		}
	}
}

// checkFeatureType holds a declared type against that of the column.
func (p *pass) checkFeatureType(f *spec.Feature, c model.Column) {
	if !f.Type.Set {
		return
	}
	if t := p.checkType(f.Type); t.Family != model.NoFamily && c.Type.Family != model.NoFamily && t.Name != c.Type.Name {
		p.fault("F604", f.Type.Place, "leave the type out, or convert it as a derived feature", "feature %q is declared %s, and its column %q is %s", f.Name.Value, t.Name, c.Name, c.Type.Name)
		p.relate(c.Origin, "the column")
	}
}

// checkAll takes every column of the source that is not the entity's key or a time.
func (p *pass) checkAll(v *view, f *spec.Feature, listed int, taken featureNames, whose string) {
	if listed > 1 {
		p.fault("F606", f.Name.Place, "write features: all, or list them", "all stands for every column, and others are listed beside it")
		return
	}
	for _, c := range v.source.Columns {
		if slices.Contains(v.model.Keys, c.Name) || c.Name == v.source.EventTime || c.Name == v.source.CreatedTime {
			continue
		}
		p.addFeature(taken, c.Name, f.Name.Place, whose, "list the features") // columns have different names
		out := model.Feature{Name: c.Name, Column: c.Name, Type: c.Type, PII: c.PII, Description: c.Description, Origin: f.Name.Place}
		p.notTime(out.Name, out.Origin, "feature")
		p.comparable(v, out)
		v.model.Features = append(v.model.Features, out)
	}
}

// checkDerived compiles the features of a view that are computed from its others.
func (p *pass) checkDerived(v *view, s *spec.FeatureView, taken featureNames) {
	var columns []model.Column
	for _, f := range v.model.Features {
		columns = append(columns, model.Column{Name: f.Name, Type: f.Type, Nullable: true, PII: f.PII})
	}
	v.model.Derived = p.derive(s.Derived, columns, v.unclear || v.missing, taken, fmt.Sprintf("feature view %q", s.Name.Value))
	for _, d := range v.model.Derived {
		p.notKey(v, model.Feature{Name: d.Name, Origin: d.Origin})
	}
}

// derive compiles computed features over columns. Of columns that are not all known, unknown names are not reported.
func (p *pass) derive(list spec.Map[*spec.Derived], columns []model.Column, unclear bool, taken featureNames, whose string) []model.Derived {
	var out []model.Derived
	var env expression.Env
	for _, c := range columns {
		env.Columns = append(env.Columns, expression.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable})
	}
	for _, e := range list.Entries {
		p.checkColumnName(e.Key)
		p.notTime(e.Key.Value, e.Key.Place, "derived feature")
		fresh := p.addFeature(taken, e.Key.Value, e.Key.Place, whose, "give it another name")
		d := model.Derived{Name: e.Key.Value, Text: e.Value.Value.Value, Description: e.Value.Description.Value, Tags: e.Value.Tags.Strings(), Origin: e.Key.Place}
		if e.Value.Value.Set {
			value, faults := p.compileDerived(e.Value, env)
			faults = p.usesDerived(e, list.Keys(), faults)
			p.placed(e.Value.Value, faults, columns, unclear)
			d.SQL, d.Type, d.Uses = value.SQL, value.Type, value.Columns
			p.programs[d.Origin] = value.Program
		}
		d.PII = slices.ContainsFunc(columns, func(c model.Column) bool { return c.PII && slices.Contains(d.Uses, c.Name) })
		if fresh {
			out = append(out, d)
		}
	}
	return out
}

// usesDerived tells of derived features that use others, each of which is computed from what is read alone; their faults are left out.
func (p *pass) usesDerived(e spec.Entry[*spec.Derived], derived []string, faults []expression.Fault) []expression.Fault {
	text := []rune(e.Value.Value.Value)
	return slices.DeleteFunc(faults, func(f expression.Fault) bool {
		name := string(text[max(min(f.From, len(text)), 0):max(min(f.To, len(text)), 0)])
		if f.ID != "E402" || !slices.Contains(derived, name) {
			return false
		}
		p.fault("F604", e.Value.Value.At(f.From, f.To), "repeat its expression here", "derived feature %q uses %q, which is derived itself", e.Key.Value, name)
		return true
	})
}

// comparable refuses a feature of which nothing tells whether two values are the same: it could not be kept online, and nobody could say
// which of two rows counts. Snapshots refuse such a column themselves.
func (p *pass) comparable(v *view, f model.Feature) {
	if !v.source.Snapshot && f.Type.Family != model.NoFamily && !f.Type.Comparable() {
		p.fault("F604", f.Origin, "declare it as jsonb", "feature %q is %s, which has no equality", f.Name, f.Type.Name)
	}
}

func (p *pass) compileDerived(d *spec.Derived, env expression.Env) (expression.Value, []expression.Fault) {
	if want := p.checkType(d.Type); want.Family != model.NoFamily {
		return expression.CompileValue(d.Value.Value, env, want)
	}
	return expression.CompileFeature(d.Value.Value, env)
}

// checkTTL reads how long values hold, and finds months that would leave nothing (F605).
func (p *pass) checkTTL(v *view, s *spec.FeatureView) {
	if !s.TTL.Set {
		return
	}
	ttl, err := model.ParsePeriod(s.TTL.Value)
	switch {
	case err != nil:
		p.fault("F605", s.TTL.Place, "units are h, d, w and mo", "%v", err)
		return
	case ttl.IsZero():
		p.fault("F605", s.TTL.Place, "leave it out for values that hold for ever", "with ttl %s no value ever holds", s.TTL.Value)
		return
	}
	v.model.TTL = &ttl
	if !v.source.Snapshot || v.source.table == nil {
		return
	}
	pl := v.source.table.pipeline
	known := v.source.KnownAfter
	if known.Compare(ttl) > 0 {
		p.fault("F605", s.TTL.Place, "ttl counts from the date of a row: make it longer than known_after", "with ttl %s no value ever holds: snapshot %q is known %s after its date", s.TTL.Value, v.source.Name, known.Text)
		p.relate(v.source.named, "the snapshot")
		return
	}
	from, to, gap := pl.gapBeyond(ttl, known)
	if !gap {
		return
	}
	late := ""
	if !known.IsZero() {
		late = ", known on " + known.After(to).Format(model.DateLayout)
	}
	p.warn("F605", s.TTL.Place, "give it at least the time until the next is known", "ttl %s is shorter than the time between two partitions of pipeline %q: the features of %s end with %s, and the next are those of %s%s",
		s.TTL.Value, pl.model.Name, from.Format(model.DateLayout), ttl.After(from).Format(model.DateLayout), to.Format(model.DateLayout), late)
}

// gapBeyond finds two partitions in a row of which the first no longer holds when the second becomes known.
func (pl *pipeline) gapBeyond(ttl, known model.Period) (from, to time.Time, gap bool) {
	dates := pl.dates()
	for i := 1; i < len(dates); i++ {
		if ttl.After(dates[i-1]).Before(known.After(dates[i])) {
			return dates[i-1], dates[i], true
		}
	}
	return time.Time{}, time.Time{}, false
}

// dates are the as_of of the partitions in order; of a series those of its first four years.
func (pl *pipeline) dates() []time.Time {
	var out []time.Time
	add := func(text string) {
		if t, err := model.ParseDate(text); err == nil {
			out = append(out, t)
		}
	}
	for _, part := range pl.model.Partitions {
		add(part.Values[model.AsOf])
	}
	if e := pl.model.Every; e != nil {
		for n := range 48 {
			text, _ := e.At(n)
			add(text)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}
