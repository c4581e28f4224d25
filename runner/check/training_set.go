package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// trainingSet is a training set under check.
type trainingSet struct {
	spec  *spec.TrainingSet
	model *model.TrainingSet
	spine origin
	known bool // the columns of the spine are
	whose string

	unclear bool   // not all of its features are known
	result  *table // made for the first rule about it
}

func (p *pass) checkTrainingSet(s *spec.TrainingSet) {
	t := &trainingSet{spec: s, whose: fmt.Sprintf("training set %q", s.Name.Value), model: &model.TrainingSet{Name: s.Name.Value, Description: s.Description.Value,
		Owner: s.Owner.Value, Tags: s.Tags.Strings(), Origin: place(s.Name.Place, s.Place), Keys: map[string]string{}}}
	p.claimDocument(s.Name, "training set")
	first(p.store.sets, s.Name, t)
	t.model.Params = p.trainingParams(s)
	p.checkSpine(t)
	p.checkLabels(t)
	p.checkKept(t)
	p.checkTrainingWhere(t)
	p.checkHorizon(t)
	p.checkTrainingFeatures(t)
	p.checkTrainingKeys(t)
	p.checkTrainingInputs(t)
	p.checkLeakage(t)
	p.checkCarried(t)
	p.checkDates(t)
	p.checkOutput(t)
	p.project.TrainingSets = append(p.project.TrainingSets, t.model)
}

// trainingParams are the declared parameters. The date as_of is always there: it is what a training set is built for.
func (p *pass) trainingParams(s *spec.TrainingSet) []model.Param {
	out := p.readParams(s.Params)
	if !slices.ContainsFunc(out, func(m model.Param) bool { return m.Name == model.AsOf }) {
		out = append(out, model.Param{Name: model.AsOf, Kind: model.DateParam, Origin: place(s.Name.Place, s.Place)})
	}
	return out
}

func (p *pass) checkSpine(t *trainingSet) {
	s := t.spec.Spine
	switch {
	case s == nil:
	case s.Path.Set:
		t.spine, t.known = p.fileSpine(t, s), true
	case s.Name.Set:
		if t.spine, t.known = p.findSource(s.Name); t.known {
			p.live(t.spine, s.Name.Place, t.whose)
		}
		p.unfit("F608", "say it where the table is declared", fmt.Sprintf("belongs to a file, and %q is a table or a snapshot", s.Name.Value),
			givenKey{s.Columns.Set, s.Columns.Place, "columns"}, givenKey{s.EventTime.Set, s.EventTime.Place, "event_time"})
	}
	t.model.Spine = t.spine.FeatureSource
}

// fileSpine resolves a spine that is read from a file.
func (p *pass) fileSpine(t *trainingSet, s *spec.Spine) origin {
	out := origin{kind: "spine", named: s.Path.Place}
	out.FeatureSource = model.FeatureSource{Path: s.Path.Template, Origin: s.Path.Place}
	p.checkTrainingPath(t, s.Path, "the spine")
	if !s.Columns.Set {
		p.fault("Y104", s.Path.Place, "columns: {COLUMN: TYPE, ...}", "the spine of %s does not say which columns its file has", t.whose)
	}
	out.Columns, _ = p.typedColumns(s.Columns, "column")
	out.unclear = !s.Columns.Set
	p.timeColumns(&out, s.EventTime, spec.Str{}, s.Path.Place)
	return out
}

// checkTrainingPath judges a path of a training set: that it stays inside the project, has known parameters and can be read or written.
func (p *pass) checkTrainingPath(t *trainingSet, at spec.Templ, what string) {
	from := 0
	for _, part := range at.Template {
		if part.Param == "" {
			continue
		}
		var hole diag.Place
		hole, from = holeOf(at.Str, part.Param, from)
		names := make([]string, len(t.model.Params))
		for i, m := range t.model.Params {
			names[i] = m.Name
		}
		i := slices.Index(names, part.Param)
		switch {
		case i < 0:
			p.fault("R208", hole, suggest(part.Param, names, "its parameters are"), "parameter %q is not declared in %s", part.Param, t.whose)
			p.mendHole(hole, part.Param, names)
		case part.Format != "" && t.model.Params[i].Kind != model.DateParam:
			p.fault("R208", hole, "only a date can be formatted", "parameter %q is no date: ${%s:%s}", part.Param, part.Param, part.Format)
		}
	}
	p.checkInside(at.Template.String(), at.Place, what+" of "+t.model.Name)
	name := strings.ToLower(at.Value)
	if ext := path.Ext(name); ext != ".csv" && ext != ".parquet" {
		p.fault("F608", at.Place, "end it with .csv or .parquet", "%s of %s is neither CSV nor Parquet: %s", what, t.whose, at.Value)
	}
}

// spineColumn finds a column of the spine that a key of the training set names; nil when there is none, which is reported where the columns are
// known.
func (p *pass) spineColumn(t *trainingSet, key string, name spec.Str) *model.Column {
	c := t.spine.column(name.Value)
	if c == nil && t.known && !t.spine.unclear {
		p.fault("F604", name.Place, suggest(name.Value, t.spine.columnNames(), "its columns are"), "%s: %s has no column %q", key, t.spine.what(), name.Value)
		p.mendName(name, t.spine.columnNames())
	}
	return c
}

func (p *pass) checkLabels(t *trainingSet) {
	for _, name := range t.spec.Label.Items {
		c := p.spineColumn(t, "label", name)
		switch {
		case c == nil:
		case c.Name == t.spine.EventTime:
			p.fault("F604", name.Place, "name what is to be learnt", "the label %q is the time of the spine", name.Value)
		case c.Type.Family != model.NoFamily && !c.Type.Comparable():
			p.fault("F604", name.Place, "declare it as jsonb", "the label %q is %s, which has no order", name.Value, c.Type.Name)
		case slices.ContainsFunc(t.model.Labels, func(l model.Column) bool { return l.Name == c.Name }):
			p.fault("F606", name.Place, "name it once", "label %q is listed twice", name.Value)
		default:
			t.model.Labels = append(t.model.Labels, *c)
		}
	}
}

// checkTrainingWhere compiles the condition that selects rows of the spine.
func (p *pass) checkTrainingWhere(t *trainingSet) {
	where := t.spec.Where
	if !where.Set {
		return
	}
	env := expression.Env{}
	for _, c := range t.spine.Columns {
		env.Columns = append(env.Columns, expression.Column{Name: c.Name, Type: c.Type, Nullable: c.Nullable})
	}
	for _, m := range t.model.Params {
		env.Params = append(env.Params, expression.Param{Name: m.Name, Kind: m.Kind})
	}
	rule, _, faults := expression.CompileRule("true", where.Value, env)
	p.placed(where, faults, t.spine.Columns, !t.known || t.spine.unclear)
	t.model.Where, t.model.WhereText = rule.Where, where.Value
}

func (p *pass) checkHorizon(t *trainingSet) {
	s := t.spec.Horizon
	if !s.Set {
		return
	}
	horizon, err := model.ParsePeriod(s.Value)
	switch {
	case err != nil:
		p.fault("F608", s.Place, "units are h, d, w and mo", "%v", err)
	case horizon.IsZero():
		p.fault("F608", s.Place, "leave it out", "horizon %s is no time", s.Value)
	default:
		t.model.Horizon = horizon
	}
}

// checkTrainingFeatures resolves a service, or a list of features.
func (p *pass) checkTrainingFeatures(t *trainingSet) {
	refs := t.spec.Features
	if len(refs) == 1 {
		if s, ok := p.store.services[refs[0].View.Value]; ok {
			p.trainOnService(t, s, refs[0])
			return
		}
	}
	for _, r := range refs {
		if s, ok := p.store.services[r.View.Value]; ok && len(refs) > 1 {
			p.fault("F608", r.View.Place, "name the service alone, or list views and features", "%q is a service, which is the features of a training set as a whole", s.model.Name)
			t.unclear = true
			return
		}
		if _, isView := p.store.views[r.View.Value]; !isView && len(refs) == 1 && !strings.Contains(r.View.Value, ".") && r.View.Set {
			p.unknownFeatures(r.View)
			t.unclear = true
			return
		}
	}
	t.model.Features, t.unclear = p.served(refs, featureNames{}, t.whose)
	p.sameKeys(t.model.Features, t.model.Origin, t.whose)
}

// unknownFeatures reports a name that is neither that of a service nor of a view.
func (p *pass) unknownFeatures(name spec.Str) {
	if p.unread {
		return
	}
	all := append(p.project.ServiceNames(), p.project.ViewNames()...)
	p.fault("F604", name.Place, suggest(name.Value, all, "the declared services and views are"), "no feature service or view %q is declared", name.Value)
	p.mendName(name, all)
}

func (p *pass) trainOnService(t *trainingSet, s *service, ref *spec.FeatureRef) {
	t.model.Service, t.model.Features, t.model.Inputs, t.model.Derived = s.model.Name, s.model.Features, s.model.Inputs, s.model.Derived
	t.unclear = s.unclear
	p.unfit("F608", "declare a service of its own, or list views and features", "does not go with a service, which is taken as a whole",
		givenKey{ref.Features.Set, ref.Features.Place, "features"}, givenKey{ref.Prefix.Set, ref.Prefix.Place, "prefix"})
}

// checkTrainingKeys finds the keys of all entities in the spine.
func (p *pass) checkTrainingKeys(t *trainingSet) {
	var all []string
	done := map[*model.Entity]bool{}
	unclear := false
	for _, v := range model.Views(t.model.Features) {
		if v.Entity == nil || done[v.Entity] {
			unclear = unclear || v.Entity == nil
			continue
		}
		done[v.Entity] = true
		e := p.store.entities[v.Entity.Name]
		names := model.Table{Columns: v.Entity.Key}.ColumnNames()
		all = append(all, names...)
		if !t.known || e == nil || e.unclear {
			continue
		}
		columns, ok := p.keysIn(e, t.spine, t.spec.Keys, spec.Str{Place: t.spine.Origin})
		for i := range columns {
			if ok {
				t.model.Keys[names[i]] = columns[i]
			}
		}
	}
	p.checkLabelNoKey(t)
	if len(all) > 0 && !unclear {
		p.checkRenamed(t.spec.Keys, all, "the features of "+t.whose)
	}
}

// checkTrainingInputs finds the inputs of a service among the columns of the spine, which stand in for the request.
func (p *pass) checkTrainingInputs(t *trainingSet) {
	for _, in := range t.model.Inputs {
		c := t.spine.column(in.Name)
		at := t.spec.Features[0].View.Place
		switch {
		case !t.known || t.spine.unclear || in.Type.Family == model.NoFamily:
		case c == nil:
			p.fault("F604", at, suggest(in.Name, t.spine.columnNames(), "its columns are"), "service %q needs the input %q, and %s has no such column", t.model.Service, in.Name, t.spine.what())
			p.relate(in.Origin, "the input")
		case !alike(c.Type, in.Type):
			p.fault("F604", at, "declare both with the same type", "input %q of service %q is %s, and the column of %s is %s", in.Name, t.model.Service, in.Type.Name, t.spine.what(), c.Type.Name)
			p.relate(in.Origin, "the input")
		}
	}
}

// checkDates reads the dates whose rows are taken, and holds them against the partitions that fill the spine.
func (p *pass) checkDates(t *trainingSet) {
	var known []string
	if t.spine.Snapshot && t.spine.table != nil && t.spine.table.pipeline.model.Every == nil {
		for _, d := range t.spine.table.pipeline.dates() {
			known = append(known, d.Format(model.DateLayout))
		}
	}
	for _, d := range t.spec.Dates.Items {
		_, err := model.ParseDate(d.Value)
		switch {
		case err != nil:
			p.fault("F608", d.Place, "", "%v", err)
			continue
		case slices.Contains(t.model.Dates, d.Value):
			p.fault("F608", d.Place, "name it once", "date %s is listed twice", d.Value)
			continue
		case len(known) > 0 && !slices.Contains(known, d.Value):
			p.warn("F608", d.Place, suggest(d.Value, known, "its dates are"), "no partition of pipeline %q has the date %s", t.spine.table.pipeline.model.Name, d.Value)
		}
		t.model.Dates = append(t.model.Dates, d.Value)
	}
	slices.Sort(t.model.Dates)
}

func (p *pass) checkOutput(t *trainingSet) {
	if !t.spec.Output.Set {
		return
	}
	t.model.Output = t.spec.Output.Template
	p.checkTrainingPath(t, t.spec.Output, "the output")
	path := func(template model.Template) string { return path.Clean(template.String()) }
	if len(t.model.Spine.Path) > 0 && path(t.model.Spine.Path) == path(t.model.Output) {
		p.fault("F608", t.spec.Output.Place, "write another file", "the output of %s would overwrite its spine", t.whose)
	}
	for _, pl := range p.pipelines {
		for _, table := range pl.tables {
			if source := table.load.Source.Path; len(source) > 0 && path(source) == path(t.model.Output) {
				p.fault("F608", t.spec.Output.Place, "write another file", "the output of %s would overwrite the source of table %q", t.whose, table.name.Value)
				p.relate(table.load.Origin, "the table")
			}
		}
	}
	for _, other := range p.project.TrainingSets {
		if len(other.Output) > 0 && path(other.Output) == path(t.model.Output) {
			p.fault("F608", t.spec.Output.Place, "write another file", "%s and training set %q have the same output: each would overwrite the other", t.whose, other.Name)
			p.relate(other.Origin, "the other one")
		}
	}
}
