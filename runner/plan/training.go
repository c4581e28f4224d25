package plan

import (
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Training is a training set over the rows that there are: which of them are filled, and with what.
type Training struct {
	set     *model.TrainingSet
	project *model.Project
	schema  string
	rows    pgsql.Frag
	picked  pgsql.Frag // the condition that takes rows

	FullNames bool // features are called view__feature
}

// TrainingParams are the parameters of a training set: those given, else their defaults. as_of may be left out.
func TrainingParams(t *model.TrainingSet, given map[string]string) (Selection, diag.List) {
	pl := &model.Pipeline{Name: t.Name, Params: t.Params}
	faults := diag.List{}
	for _, d := range checkGiven(pl, given) {
		faults.Add(d)
	}
	sel := Selection{Values: map[string]string{}}
	for k, v := range given {
		sel.Values[k] = v
	}
	optional := *pl
	optional.Params = slices.DeleteFunc(slices.Clone(t.Params), func(p model.Param) bool { return p.Name == model.AsOf && p.Default == nil })
	sel, list := complete(&optional, sel)
	return sel, append(faults, list...)
}

// NewTraining prepares a training set over the tables of a schema. rows is the relation of a spine that comes from a file, dates are those whose rows
// are taken, all when there are none. A parameter of where without a value is an error.
func NewTraining(project *model.Project, schema string, t *model.TrainingSet, rows pgsql.Frag, dates []string, sel Selection) (*Training, error) {
	out := &Training{set: t, project: project, schema: schema, rows: rows, picked: "true"}
	if t.Spine.Name != "" {
		out.rows = pgsql.Qualified(schema, t.Spine.Name)
	}
	if len(dates) > 0 {
		out.picked = out.day() + " IN (" + pgsql.List(dates, func(d string) pgsql.Frag { return pgsql.Typed(d, "date") }) + ")"
	}
	if t.Where == "" {
		return out, nil
	}
	where, err := t.Where.Bind(sel.Literals(t.Params))
	if err != nil {
		return nil, fmt.Errorf("where: %w", err)
	}
	out.picked += " AND (" + where + ")"
	return out, nil
}

func (t *Training) time() model.Column { return columnOf(t.set.Spine, t.set.Spine.EventTime) }

// day is the day that a row speaks of, by the clocks of the project.
func (t *Training) day() pgsql.Frag {
	m := momentOf(t.project, "r", t.time(), t.set.Spine.AtStart)
	switch m.Type.Family {
	case model.Date:
		return m.Value
	case model.TimestampTZ:
		return "(" + m.Value + " AT TIME ZONE " + m.zone() + ")::date"
	}
	return m.Value + "::date"
}

// complete tells whether a row has a time and all labels.
func (t *Training) complete() pgsql.Frag {
	parts := []pgsql.Frag{pgsql.Column("r", t.set.Spine.EventTime) + " IS NOT NULL"}
	for _, l := range t.set.Labels {
		parts = append(parts, pgsql.Column("r", l.Name)+" IS NOT NULL")
	}
	return pgsql.Join(parts, " AND ")
}

// Count answers with the number of rows to fill, those without a time, those without a label, and the last day of any.
func (t *Training) Count() pgsql.Frag {
	return fill("training_count", pgsql.Holes{"complete": t.complete(), "time": pgsql.Column("r", t.set.Spine.EventTime), "day": t.day(), "rows": t.rows, "where": t.picked})
}

// History is the join that fills count rows.
func (t *Training) History(count int64, freezes map[string][]Freeze, sizes map[string]int64) *History {
	keys, rest := t.set.Carried()
	columns := slices.Concat(keys, rest)
	names := append(model.Table{Columns: columns}.ColumnNames(), t.set.Spine.EventTime)
	rows := fill("training_spine", pgsql.Holes{"columns": pgsql.List(names, func(n string) pgsql.Frag { return pgsql.Column("r", n) }),
		"rows": t.rows, "where": t.picked + " AND " + t.complete()})
	return NewHistory(t.project, t.schema, Spine{Rows: rows, Columns: columns, Keys: t.set.Keys, Time: t.time(), AtStart: t.set.Spine.AtStart, Count: count},
		Want{FullNames: t.FullNames, Features: t.set.Features, Inputs: t.set.Inputs, Derived: t.set.Derived, Horizon: t.set.Horizon, Freezes: freezes, Sizes: sizes})
}

// StagedAnswer is the answer of a join, kept in a temporary table.
type StagedAnswer struct {
	table   pgsql.Frag
	columns []model.Column
}

// StageAnswer names the temporary table of an answer.
func StageAnswer(name string, columns []model.Column) StagedAnswer {
	return StagedAnswer{tempName("answer_", name), columns}
}

// Create fills it with what a statement answers. It lasts as long as the transaction.
func (s StagedAnswer) Create(query pgsql.Frag) pgsql.Frag {
	return fill("training_stage", pgsql.Holes{"stage": s.table, "select": query})
}

// Select answers with its rows in their order.
func (s StagedAnswer) Select() pgsql.Frag {
	return fill("training_staged", pgsql.Holes{"columns": pgsql.List(s.columns, func(c model.Column) pgsql.Frag { return pgsql.Ident(c.Name) }), "stage": s.table})
}

// Measure answers with two values for each of some columns: the greatest absolute value, and the most digits after the point.
func (s StagedAnswer) Measure(columns []int) pgsql.Frag {
	measures := pgsql.List(columns, func(i int) pgsql.Frag {
		c := pgsql.Ident(s.columns[i].Name)
		return "max(abs(" + c + "))::text, coalesce(max(scale(" + c + ")), 0)"
	})
	return fill("training_measure", pgsql.Holes{"measures": measures, "stage": s.table})
}

// Subject is the answer as what rules are judged on.
func (s StagedAnswer) Subject(set *model.TrainingSet, sel Selection) *Subject {
	keys, _ := set.Carried()
	t := model.Table{Name: set.Name, Columns: s.columns, PrimaryKey: append(model.Table{Columns: keys}.ColumnNames(), model.EventTimestamp)}
	return &Subject{Name: set.Name, Label: "the training set", Table: t, Rows: s.table, Held: t.ColumnNames(), AsOf: sel.AsOf, Literals: sel.Literals(set.Params)}
}

// TrainingReads lists the tables and snapshots that a training set reads, the spine first.
func TrainingReads(t *model.TrainingSet) []string {
	out := []string{}
	if t.Spine.Name != "" {
		out = append(out, t.Spine.Name)
	}
	for _, v := range model.Views(t.Features) {
		for _, name := range Reads(v) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// TrainingDefinition is a hash of what a training set depends on beside the rows that it reads.
func TrainingDefinition(project *model.Project, t *model.TrainingSet) string {
	type named struct{ Name, From, Type string }
	var features []named
	var derived []named
	for _, f := range t.Features {
		features = append(features, named{f.Name, f.View.Name + "." + f.Feature, f.Type.Name})
	}
	for _, d := range t.Derived {
		derived = append(derived, named{d.Name, string(d.SQL), d.Type.Name})
	}
	var views []string
	for _, v := range model.Views(t.Features) {
		views = append(views, definition(project, v, OnlineFound{}), v.Source.KnownAfter.Text) // the latter says nothing to what is online
		for _, d := range v.Derived {
			derived = append(derived, named{v.Name + "." + d.Name, string(d.SQL), d.Type.Name})
		}
	}
	var columns []named
	for _, c := range t.Result() {
		columns = append(columns, named{c.Name, "", c.Type.Name})
	}
	s := t.Spine
	return hashOf(s.Name, s.Path.String(), s.EventTime, s.AtStart, t.Keys, columns, string(t.Where), t.Horizon.Text, t.Dates, features, derived, views, project.Timezone)
}

// NoRows is a relation of some columns without a row, for statements that are only prepared.
func NoRows(columns []model.Column) pgsql.Frag {
	return fill("no_rows", pgsql.Holes{"columns": pgsql.Join(pgsql.Map(columns, func(c model.Column) pgsql.Frag {
		return "NULL::" + pgsql.Frag(c.Type.Name) + " AS " + pgsql.Ident(c.Name)
	}), ", ")})
}
