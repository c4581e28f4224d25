package feature

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"streamflow/db"
	"streamflow/runner/expression"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// someValues are what random rows are made of, by type; NULL is added to each.
var someValues = map[string][]string{
	"integer":          {"0", "1", "-7", "100", "2147483647", "3"},
	"bigint":           {"0", "9223372036854775807", "-1", "12"},
	"numeric(10,2)":    {"0", "29.85", "29.50", "-0.01", "99999999.99", "100"},
	"numeric":          {"0", "1", "1.10", "0.333333333333333333333333", "123456789012345678901234567890.5", "NaN"},
	"double precision": {"0", "0.1", "1e300", "-2.5", "3", "NaN"},
	"boolean":          {"true", "false"},
	"text":             {"", "a", "Ab ", "é", "12", "2024-02-29"},
	"date":             {"2024-02-29", "2023-12-31", "1999-01-01"},
	"timestamptz":      {"2024-02-29 23:30:00+00", "2024-01-01 00:00:00.5+00"},
}

var someTypes = []string{"integer", "bigint", "numeric(10,2)", "numeric", "double precision", "boolean", "text", "date", "timestamptz"}

// maker makes random expressions over columns.
type maker struct {
	r       *rand.Rand
	columns []expression.Column
}

func (m *maker) pick(from ...string) string { return from[m.r.IntN(len(from))] }

// column is one of the columns of a group of types.
func (m *maker) column(types ...string) string {
	var names []string
	for _, c := range m.columns {
		for _, typ := range types {
			if t, err := model.ParseType(typ); err == nil && t.Name == c.Type.Name {
				names = append(names, c.Name)
			}
		}
	}
	return m.pick(names...)
}

func (m *maker) number(depth int) string {
	if depth == 0 {
		return m.pick("1", "0.5", "100", m.column("integer", "bigint"), m.column("numeric(10,2)", "numeric"), m.column("double precision", "integer"))
	}
	a, b := m.number(depth-1), m.number(depth-1)
	return m.pick(
		fmt.Sprintf("(%s + %s)", a, b), fmt.Sprintf("(%s - %s)", a, b), fmt.Sprintf("(%s * %s)", a, b), fmt.Sprintf("(%s / %s)", a, b), fmt.Sprintf("(%s / %s)", a, b),
		fmt.Sprintf("(%s ? %s : %s)", m.condition(depth-1), a, b), fmt.Sprintf("(%s ?? %s)", a, b), fmt.Sprintf("round(%s)", a), fmt.Sprintf("abs(%s)", a),
		fmt.Sprintf("len(%s)", m.text(depth-1)), fmt.Sprintf("-%s", a))
}

func (m *maker) condition(depth int) string {
	if depth == 0 {
		return m.pick(m.column("boolean"), "true", m.number(0)+" > "+m.number(0), m.column("date")+` >= date("2024-01-31")`)
	}
	return m.pick(
		fmt.Sprintf("(%s and %s)", m.condition(depth-1), m.condition(depth-1)), fmt.Sprintf("(%s or %s)", m.condition(depth-1), m.condition(depth-1)),
		fmt.Sprintf("not (%s)", m.condition(depth-1)), fmt.Sprintf("(%s == nil)", m.number(depth-1)), fmt.Sprintf("(%s < %s)", m.number(depth-1), m.number(depth-1)),
		fmt.Sprintf("(%s == %s)", m.text(depth-1), m.text(depth-1)))
}

func (m *maker) text(depth int) string {
	if depth == 0 {
		return m.pick(m.column("text"), m.column("text"), `"x"`)
	}
	return m.pick(fmt.Sprintf("upper(%s)", m.text(depth-1)), fmt.Sprintf("(%s + %s)", m.text(depth-1), m.text(depth-1)), fmt.Sprintf("trim(%s)", m.text(depth-1)),
		fmt.Sprintf("(%s ? %s : %s)", m.condition(depth-1), m.text(depth-1), m.text(depth-1)), fmt.Sprintf("(%s ?? %s)", m.text(depth-1), m.text(depth-1)))
}

// feature is a random derived feature that compiles.
func (m *maker) feature(t *testing.T, name string) model.Derived {
	t.Helper()
	for range 200 {
		text := m.pick(m.number(1+m.r.IntN(2)), m.number(2), m.condition(2), m.text(2), m.column("date")+" + "+m.column("integer"), m.column("timestamptz"))
		value, _ := expression.CompileFeature(text, expression.Env{Columns: m.columns})
		if value.Program != nil {
			return model.Derived{Name: name, Text: text, SQL: value.SQL, Type: value.Type, Uses: value.Columns}
		}
	}
	t.Fatal("no expression compiles")
	return model.Derived{}
}

// randomValues are values for columns; - is NULL.
func (m *maker) values(types []string) []string {
	out := make([]string, len(types))
	for i, typ := range types {
		if out[i] = m.pick(someValues[typ]...); m.r.IntN(5) == 0 {
			out[i] = "-"
		}
	}
	return out
}

// agreement is one round: two views and a service over both.
type agreement struct {
	*maker
	db      *pg.DB
	service *model.FeatureService
	views   [2]*model.FeatureView
	printed map[string]string // what Postgres prints of a value
}

func newAgreement(t *testing.T, r *rand.Rand, db *pg.DB) *agreement {
	a := &agreement{maker: &maker{r: r}, db: db, service: &model.FeatureService{Name: "svc"}, printed: map[string]string{}}
	user := entity(t, "user", "u")
	for i := range a.views {
		var features []string
		for j, typ := range someTypes {
			features = append(features, fmt.Sprintf("v%d_%d %s", i, j, typ))
		}
		v := view(t, fmt.Sprintf("v%d", i), user, features...)
		a.columns = viewColumns(v)
		for n := range 8 {
			v.Derived = append(v.Derived, a.feature(t, fmt.Sprintf("v%d_d%d", i, n)))
		}
		a.views[i] = v
		a.service.Features = append(a.service.Features, v.Offers()...)
	}
	a.service.Inputs = []model.Column{{Name: "amount", Type: parsed(t, "numeric(10,2)")}, {Name: "kind", Type: parsed(t, "text")}}
	a.columns = nil
	for _, f := range a.service.Features {
		a.columns = append(a.columns, expression.Column{Name: f.Name, Type: f.Type, Nullable: true})
	}
	for _, in := range a.service.Inputs {
		a.columns = append(a.columns, expression.Column{Name: in.Name, Type: in.Type, Nullable: true})
	}
	for n := range 12 {
		a.service.Derived = append(a.service.Derived, a.feature(t, fmt.Sprintf("s_d%d", n)))
	}
	return a
}

// literal is a value of a type in SQL.
func literal(value string, t model.Type) pgsql.Frag {
	if value == "-" {
		return "NULL::" + pgsql.Frag(t.Name)
	}
	return pgsql.Typed(value, pgsql.Frag(t.Name))
}

// offline is the answer as SQL gives it: the row of each view, what is derived of it unless there is none, then what the service derives.
func (a *agreement) offline(t *testing.T, rows [2][]string, held [2]bool, inputs []string) []string {
	t.Helper()
	var columns []pgsql.Frag
	for i, v := range a.views {
		var values []pgsql.Frag
		for j, f := range v.Features {
			value := "-"
			if held[i] {
				value = rows[i][j]
			}
			values = append(values, literal(value, f.Type)+" AS "+pgsql.Ident(f.Name))
		}
		var derived []pgsql.Frag
		for _, d := range v.Derived {
			sql := d.SQL
			if !held[i] {
				sql = "NULL::" + pgsql.Frag(d.Type.Name)
			}
			derived = append(derived, sql+" AS "+pgsql.Ident(d.Name))
		}
		columns = append(columns, "(SELECT r.*, "+pgsql.Join(derived, ", ")+" FROM (SELECT "+pgsql.Join(values, ", ")+") r) AS v"+pgsql.Int(i))
	}
	given := []pgsql.Frag{"v0.*", "v1.*"}
	for i, in := range a.service.Inputs {
		given = append(given, literal(inputs[i], in.Type)+" AS "+pgsql.Ident(in.Name))
	}
	var out []pgsql.Frag
	for _, f := range a.service.Features {
		out = append(out, pgsql.Column("r", f.Name))
	}
	for _, d := range a.service.Derived {
		out = append(out, d.SQL)
	}
	row, err := a.db.One(context.Background(), "SELECT "+pgsql.Join(out, ", ")+" FROM (SELECT "+pgsql.Join(given, ", ")+" FROM "+pgsql.Join(columns, ", ")+") r")
	if err != nil {
		t.Fatal(err)
	}
	texts := make([]string, len(row))
	for i := range row {
		if texts[i] = "NULL"; !row.Null(i) {
			texts[i] = row.Text(i)
		}
	}
	return texts
}

// What SQL computes offline and the program online is the same, to the last digit, also where a row is missing or too old.
func TestOfflineAgrees(t *testing.T) {
	seed := rand.Uint64()
	if text := os.Getenv("FUZZ_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	conn, err := pg.Open(context.Background(), pgtest.Database(t), "")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	files, err := db.Migrations() // expressions may use the functions of the ledger's schema
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range append([]string{db.Query("ledger_create")}, files...) {
		if _, err := conn.Exec(context.Background(), pgsql.Frag(sql)); err != nil {
			t.Fatal(err)
		}
	}
	present, nulls := 0, 0
	for range 6 {
		a := newAgreement(t, r, conn)
		set, err := Of(a.service)
		if err != nil {
			t.Fatal(err)
		}
		for range 12 {
			p, n := a.compare(t, set)
			present, nulls = present+p, nulls+n
		}
	}
	t.Logf("%d values, %d nulls", present, nulls)
	if present < 1000 || nulls < 1000 {
		t.Error("the test is about nothing")
	}
}

// compare tries one random row.
func (a *agreement) compare(t *testing.T, set *Set) (present, nulls int) {
	t.Helper()
	now := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	var rows [2][]string
	var held [2]bool
	records := make([][]*Record, len(set.Reads))
	for i := range a.views {
		rows[i] = a.values(someTypes)
		read := set.Reads[i]
		var values []string
		for _, name := range read.Columns {
			for j, f := range a.views[i].Features {
				if f.Name == name {
					values = append(values, a.printedBy(t, rows[i][j], f.Type))
				}
			}
		}
		one := record(values...)
		switch a.r.IntN(6) {
		case 0:
			one = nil
		case 1:
			one.Expires = now.Add(-time.Second)
		default:
			held[i] = true
		}
		records[i] = []*Record{one}
	}
	inputs := []string{a.pick("29.85", "0.00", "-"), a.pick("a", "", "-")}
	want := a.offline(t, rows, held, inputs)
	request := Request{Keys: [][]*string{list("k")}, Inputs: [][]*string{list(inputs[0]), list(inputs[1])}, Now: now}
	answer, err := set.Answer(records, request)
	if err != nil {
		t.Fatal(err)
	}
	for j, v := range answer.Rows[0].Values {
		got := "NULL"
		if v.Text != nil {
			got = string(v.Text)
			present++
		} else {
			nulls++
		}
		if got == want[j] {
			continue
		}
		text := ""
		for _, d := range append(append(append([]model.Derived{}, a.views[0].Derived...), a.views[1].Derived...), a.service.Derived...) {
			if d.Name == set.Features[j].Name {
				text = d.Text
			}
		}
		t.Errorf("%s = %s: online %s, offline %s\nrows %q, held %v, inputs %q", set.Features[j].Name, text, got, want[j], rows, held, inputs)
	}
	return present, nulls
}

// printedBy is a value as Postgres prints it.
func (a *agreement) printedBy(t *testing.T, value string, typ model.Type) string {
	t.Helper()
	if value == "-" {
		return value
	}
	if text, ok := a.printed[value+typ.Name]; ok {
		return text
	}
	row, err := a.db.One(context.Background(), "SELECT "+literal(value, typ))
	if err != nil {
		t.Fatal(err)
	}
	a.printed[value+typ.Name] = row.Text(0)
	return row.Text(0)
}
