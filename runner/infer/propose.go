package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/report"
)

// Options say how the proposal is laid out.
type Options struct {
	Name   string   // of the pipeline
	Dirs   []string // the folder of each month; the files of a month lie in it. Empty: paths are written whole
	AsOf   []string // the date of each month, YYYY-MM-DD; empty when they are not known
	Split  bool     // one pipeline for each table
	Origin string   // where the data comes from, for the first comment
}

// Propose reads all rows of all tables and proposes specs for them. Errors are those of the streams, joined.
func Propose(inputs []Input, o Options) (*report.Inferred, error) {
	tables, err := study(inputs)
	if err != nil {
		return nil, err
	}
	out := &report.Inferred{Choices: []string{}, Notes: []string{}}
	groups := map[string][]*table{o.Name: tables}
	order := []string{o.Name}
	if o.Split {
		groups, order = map[string][]*table{}, nil
		for _, t := range tables {
			groups[t.name], order = []*table{t}, append(order, t.name)
		}
	}
	for _, name := range order {
		w := &writer{o: o, pipeline: name, tables: groups[name], all: tables}
		out.Files = append(out.Files, report.InferredFile{Path: "pipelines/" + name + ".yaml", Text: w.file()})
		for _, t := range groups[name] {
			rules := t.rules()
			out.Files = append(out.Files, report.InferredFile{Path: "expectations/" + t.name + ".yaml", Text: expectations(t, rules)})
			out.Tables = append(out.Tables, t.summary(name, len(rules), w.snapshot(t)))
		}
	}
	for _, t := range tables {
		out.Notes = append(out.Notes, t.remarks()...)
		for _, f := range t.fields {
			if len(f.choices) > 0 {
				out.Choices = append(out.Choices, fmt.Sprintf("%s.%s: %s", t.name, f.name, strings.Join(f.choices, " or ")))
			}
		}
	}
	out.Notes = append(out.Notes, likeMonths(tables)...)
	return out, nil
}

// datePart is a date, or a part of one, as names of files have it: _2024-01, -202401, _2024_01_31.
var datePart = regexp.MustCompile(`[-_ ]?(19|20)\d\d([-_]?[01]\d([-_]?[0-3]\d)?)?`)

// likeMonths tells of files that by their names and columns are months of one table, but not in folders of their own.
func likeMonths(tables []*table) (out []string) {
	groups := map[string][]string{}
	var order []string
	for _, t := range tables {
		rest := datePart.ReplaceAllString(t.input.Name, "")
		if rest == t.input.Name {
			continue
		}
		columns := make([]int, len(t.fields))
		for i := range columns {
			columns[i] = i
		}
		group := rest + "\x00" + strings.Join(t.names(columns), "\x00")
		if groups[group] == nil {
			order = append(order, group)
		}
		groups[group] = append(groups[group], t.name)
	}
	for _, group := range order {
		if names := groups[group]; len(names) > 1 {
			out = append(out, fmt.Sprintf("%s have the same columns: if they are months of one table, give each month a folder, and all files one name", list(names)))
		}
	}
	return out
}

func (t *table) summary(pipeline string, rules int, snapshot string) report.InferredTable {
	s := report.InferredTable{Name: t.name, Pipeline: pipeline, Rows: t.total(), Columns: len(t.fields), Key: t.names(t.key), References: []string{}, Rules: rules, Snapshot: snapshot}
	for _, r := range t.refs {
		s.References = append(s.References, list(t.names(r.fields))+" -> "+r.parent.name)
	}
	return s
}

// remarks are what should be known of a table beside its spec.
func (t *table) remarks() (out []string) {
	if t.key == nil {
		out = append(out, t.name+": no column, and no two or three together, tell all rows apart; its rows are appended")
	}
	if len(t.fields) == 1 && !t.unnamed && strings.ContainsAny(strings.TrimSpace(t.fields[0].header), " :^~") {
		out = append(out, t.name+": it has one column, "+strconv.Quote(t.fields[0].header)+": files are read with , ; | or a tab between fields")
	}
	if t.unnamed {
		out = append(out, t.name+": a field of the header has no name and is ignored")
	}
	return out
}

// snapshot is the name of the snapshot of a table; "" when it cannot have one: without dates or without a key.
func (w *writer) snapshot(t *table) string {
	if len(w.o.AsOf) == 0 || t.key == nil {
		return ""
	}
	return w.snapshotName(t)
}

func (w *writer) snapshotName(t *table) string {
	name := cut(t.name, longestName-len("_snapshots")) + "_snapshots"
	for slices.ContainsFunc(w.all, func(o *table) bool { return o.name == name }) {
		name = cut(name, longestName-1) + "_"
	}
	return name
}
