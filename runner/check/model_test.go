package check

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// made checks a file and wants a model.
func made(t *testing.T, files ...string) *model.Project {
	t.Helper()
	fsys := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		fsys[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	tree, list := spec.Load(fsys, nil)
	p, more := Check(tree)
	if p == nil || list.HasErrors() {
		t.Fatal(printed(t, append(list, more...), tree.Sources))
	}
	return p
}

const head = `kind: pipeline
name: p
params: {as_of: {type: date}, dir: {type: string, default: data}}
partitions: [{as_of: 2024-01-31}, {as_of: 2024-02-29, dir: more}]
`

func TestDefaultsAreMerged(t *testing.T) {
	p := made(t, "runner.yaml", `timezone: Europe/Paris
defaults:
  null_values: ["NULL"]
  decimal: ","
  source: {delimiter: ";", encoding: latin1, min_rows: 7}
`, "pipelines/p.yaml", head+`defaults:
  source: {path: "${dir}/${table}_{table}.csv", match: loose, encoding: utf-8}
  primary_key: id
  true_values: [ja]
  false_values: [Nein]
tables:
  a:
    null_values: ["", "-"]
    source: {min_rows: 0}
    columns:
      id: text
      b:  {type: boolean, null_values: ["?"]}
      n:  {type: numeric, decimal: "."}
      m:  numeric
  b:
    source: other.csv
    primary_key: [k, id]
    columns: {id: text, k: text, v: int}
`)
	if p.Timezone != "Europe/Paris" {
		t.Errorf("timezone %q", p.Timezone)
	}
	a, b := p.Pipelines[0].Load("a"), p.Pipelines[0].Load("b")
	if got := a.Source.Path.String(); got != "${dir}/a_a.csv" {
		t.Errorf("path of a: %q", got)
	}
	if got := b.Source.Path.String(); got != "other.csv" || !b.Source.Loose || b.Source.Delimiter != ';' || *b.Source.MinRows != 7 {
		t.Errorf("source of b: %q %+v", got, b.Source)
	}
	if a.Source.Encoding != "utf-8" || *a.Source.MinRows != 0 {
		t.Errorf("the nearest does not win: %+v", a.Source)
	}
	for i, want := range []struct{ nulls, yes, no string }{
		{",-", "ja", "nein"}, {"?", "ja", "nein"}, {",-", "ja", "nein"}, {",-", "ja", "nein"},
	} {
		r := a.Reading[i]
		if strings.Join(r.NullValues, ",") != want.nulls || strings.Join(r.TrueValues, ",") != want.yes || strings.Join(r.FalseValues, ",") != want.no {
			t.Errorf("column %s: %+v, want %+v", r.Column, r, want)
		}
	}
	if a.Reading[2].Decimal != '.' || a.Reading[3].Decimal != ',' {
		t.Errorf("decimals %q %q", a.Reading[2].Decimal, a.Reading[3].Decimal)
	}
	if r := b.Reading[0]; strings.Join(r.NullValues, ",") != "NULL" {
		t.Errorf("the project's null_values do not reach b: %+v", r)
	}
	if strings.Join(b.Table.PrimaryKey, ",") != "k,id" || b.Table.Column("k").Nullable || !b.Table.Column("v").Nullable {
		t.Errorf("key of b: %+v", b.Table)
	}
}

func TestReadingWithoutOptions(t *testing.T) {
	p := made(t, "pipelines/p.yaml", head+"tables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, v: boolean}}\n")
	r := p.Pipelines[0].Loads[0].Reading[1]
	if len(r.NullValues) != 1 || r.NullValues[0] != "" || r.TrueValues[0] != "true" || len(r.FalseValues) != 5 || !r.ReadsCell() {
		t.Errorf("%+v", r)
	}
	if p.Timezone != "UTC" || len(p.Pipelines[0].Partitions) != 2 || p.Pipelines[0].Partitions[1].Values["dir"] != "more" {
		t.Errorf("%+v", p.Pipelines[0])
	}
}

func TestSnapshotShape(t *testing.T) {
	p := made(t, "pipelines/p.yaml", head+`tables:
  a:
    source: a.csv
    primary_key: [y, x]
    columns: {x: text, v: {type: integer, nullable: false, pii: true}, y: date, w: jsonb}
snapshots:
  all:  {from: a}
  some: {from: a, columns: [w, x]}
`)
	all, some := p.Pipelines[0].Snapshots[0], p.Pipelines[0].Snapshots[1]
	if got := strings.Join(all.Table.ColumnNames(), ","); got != "y,x,as_of,v,w" || strings.Join(all.Table.PrimaryKey, ",") != "y,x,as_of" {
		t.Errorf("%s key %v", got, all.Table.PrimaryKey)
	}
	if v := all.Table.Column("v"); !v.Nullable || !v.PII || all.Table.Column("as_of").Nullable || all.Table.Column("x").Nullable {
		t.Errorf("%+v", all.Table)
	}
	if strings.Join(some.Columns, ",") != "w" || strings.Join(some.Table.ColumnNames(), ",") != "y,x,as_of,w" {
		t.Errorf("%+v", some)
	}
}

func TestAppendColumn(t *testing.T) {
	p := made(t, "pipelines/p.yaml", head+"tables:\n  a: {source: a.csv, mode: append, columns: {id: text, f: {type: text, value: file_name()}}}\n")
	l := p.Pipelines[0].Loads[0]
	last := l.Table.Columns[len(l.Table.Columns)-1]
	if !l.Append || last.Name != model.PartitionColumn || len(l.Reading) != len(l.Table.Columns) || len(l.Table.PrimaryKey) != 0 {
		t.Fatalf("%+v", l)
	}
	if r := l.Reading[len(l.Reading)-1]; r.ReadsCell() || r.Value.SQL != pgsql.Param(model.PartitionColumn) {
		t.Errorf("%+v", r)
	}
	if l.Reading[1].ReadsCell() || l.Reading[1].Value.SQL == "" {
		t.Errorf("a computed column is looked for in the file: %+v", l.Reading[1])
	}
}

func TestRules(t *testing.T) {
	p := made(t, "pipelines/p.yaml", head+"tables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, v: integer}}\n",
		"expectations/a.yaml", `kind: expectations
table: a
defaults: {at_least: 0.5, where: v != 3}
rules:
  - v   >  0
  - {rule: v < 9, at_least: 0.990, nulls: fail, name: small}
  - row_count() > 1
warnings:
  - id != ""
`)
	rules := p.Pipelines[0].Loads[0].Rules
	if len(rules) != 4 {
		t.Fatalf("%+v", rules)
	}
	if r := rules[0]; r.Name != "v > 0" || r.AtLeast != "0.5" || r.Where == "" || r.Severity != diag.Error || r.Origin.Line != 5 || r.Origin.Col != 5 {
		t.Errorf("%+v", r)
	}
	if r := rules[1]; r.Name != "small" || r.AtLeast != "0.990" || !r.NullsFail {
		t.Errorf("%+v", r)
	}
	if r := rules[2]; !r.Aggregate || r.AtLeast != "" || len(r.Measures) != 1 {
		t.Errorf("%+v", r)
	}
	if r := rules[3]; r.Severity != diag.Warning {
		t.Errorf("%+v", r)
	}
}

// TestRuleNames holds that rules without names get different ones, because runs are told apart by them.
func TestRuleNames(t *testing.T) {
	p := made(t, "pipelines/p.yaml", head+"tables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, v: integer}}\n",
		"expectations/a.yaml", `kind: expectations
table: a
rules:
  - {rule: v  >  0, at_least: 0.9}
  - {rule: v > 0, where: id != ""}
  - {rule: v > 0, where: id != "", at_least: 0.5}
  - {rule: v > 0, where: id != "", at_least: 0.5, nulls: fail}
warnings:
  - v > 0
`)
	var got []string
	for _, r := range p.Pipelines[0].Loads[0].Rules {
		got = append(got, r.Name)
	}
	want := []string{"v > 0", `v > 0 where id != ""`, `v > 0 where id != "", at least 0.5`, `v > 0 where id != "", at least 0.5 (2)`, "v > 0, as a warning"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLiterals tries defaults of every family, good and bad.
func TestLiterals(t *testing.T) {
	for _, tt := range []struct{ typ, good, bad string }{
		{"boolean", "yes", "maybe"}, {"smallint", "-32768", "32768"}, {"bigint", "9223372036854775807", "1.0"},
		{"numeric(5,2)", "-999.99", "1000"}, {"numeric(5,2)", "1.5e1", "0.001"}, {"numeric", "1e3", "1,5"},
		{"double precision", "1e300", "1e999"}, {"varchar(3)", "äöü", "abcd"}, {"date", "2024-02-29", "2023-02-29"},
		{"time", "23:59:00", "25:00"}, {"timestamp", "2024-01-31 10:00", "31.01.2024"}, {"timestamptz", "2024-01-31T10:00:00Z", "soon"},
		{"uuid", "123e4567-e89b-12d3-a456-426614174000", "123"}, {"jsonb", `{"a":1}`, "{a}"}, {"int[]", "{1,2}", "1,2"},
	} {
		typ, err := model.ParseType(tt.typ)
		if err != nil {
			t.Fatal(err)
		}
		if why := literalFault(typ, tt.good); why != "" {
			t.Errorf("%s: %q is refused: %s", tt.typ, tt.good, why)
		}
		if literalFault(typ, tt.bad) == "" {
			t.Errorf("%s: %q is taken", tt.typ, tt.bad)
		}
	}
}
