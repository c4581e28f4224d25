package imports_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	schema "streamflow/db"
	"streamflow/runner/expression"
	"streamflow/runner/imports"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// columns of the recorded data.
var columns = [][2]string{{"id", "integer"}, {"name", "text"}, {"age", "integer"}, {"score", "integer"}, {"fee", "numeric"}, {"ratio", "double precision"},
	{"joined", "date"}, {"left_on", "date"}, {"seen", "timestamp"}, {"active", "boolean"}, {"code", "text"}, {"day_text", "text"}, {"doc", "text"}, {"a", "integer"},
	{"b", "integer"}, {"c", "integer"}, {"x", "text"}, {"y", "text"}, {"Monthly Charges", "numeric"}, {"2nd by", "text"}, {"in", "integer"}, {"kind", "text"}}

// sets are the recorded data sets, all of one shape.
var sets = []string{"people", "empty", "nulls", "one", "ties"}

// recorded is what Great Expectations said of one expectation, by data set: whether it passes, and of one that looks at rows how many there
// were, how many were missing and how many were unexpected. null: it raised an exception.
type recorded struct {
	At       int
	Engine   string
	Verdicts map[string][]any
}

// TestTruth imports the recorded suites, judges every rule on every data set, by SQL and in memory, and wants the verdicts that Great
// Expectations gave. testdata/README.md tells how they were recorded.
func TestTruth(t *testing.T) {
	db := load(t)
	for _, version := range []string{"0.17.21", "1.24.1"} {
		t.Run(version, func(t *testing.T) { compare(t, db, version) })
	}
}

func compare(t *testing.T, db *database, version string) {
	data, verdicts := read(t, "suite-"+version+".json"), read(t, "verdicts-"+version+".json")
	out, err := imports.GreatExpectations(data, "suite.json", db.table)
	if err != nil {
		t.Fatal(err)
	}
	var want []recorded
	if err := json.Unmarshal(verdicts, &want); err != nil {
		t.Fatal(err)
	}
	if out.Version != version || len(out.Items) != len(want) {
		t.Fatalf("%s: %d expectations of %s, want %d", version, len(out.Items), out.Version, len(want))
	}
	compared, raised, refused, inMemory := 0, 0, map[string]int{}, 0
	for i, item := range out.Items {
		if item.Refused != "" {
			refused[item.Type]++
			if !hasNoRule(item.Type) {
				t.Errorf("expectations[%d] %s is not carried over: %s", i, item.Type, item.Refused)
			}
			continue
		}
		rule := item.Rule
		if item.SameAs != nil {
			rule = out.Items[*item.SameAs].Rule
		}
		for _, set := range sets {
			verdict := want[i].Verdicts[set]
			if verdict == nil {
				raised++
				continue
			}
			compared++
			got := answer{passes: true}
			if rule != nil {
				got = db.judge(t, set, *rule)
				inMemory += db.memory(t, set, *rule, got)
			}
			if got.passes != verdict[0].(bool) {
				t.Errorf("expectations[%d] %s %v on %s: the rule %+v says %v (%d passed, %d failed, %d unknown), Great Expectations %v", i, item.Type, want[i].Engine, set, rule, got.passes,
					got.passed, got.failed, got.unknown, verdict)
			}
			if len(verdict) == 4 && verdict[3] != nil && rule != nil && !got.aggregate && item.Notes == nil {
				if unexpected := int64(verdict[3].(float64)); got.bad != unexpected {
					t.Errorf("expectations[%d] %s on %s: the rule %+v fails for %d rows, Great Expectations has %d", i, item.Type, set, rule, got.bad, unexpected)
				}
			}
		}
	}
	if compared < 2000 {
		t.Errorf("%s: only %d verdicts were compared", version, compared)
	}
	t.Logf("%s: %d verdicts compared, %d of them in memory too; %d were exceptions", version, compared, inMemory, raised)
	for what, n := range refused {
		t.Logf("without an equal: %d of %s", n, what)
	}
}

// hasNoRule tells whether an expectation is one of the few without an equal.
func hasNoRule(name string) bool {
	for _, e := range imports.Expectations() {
		if e.Name == name {
			return e.Why != "" || strings.HasSuffix(name, "_not_be_outliers") // its method iqr
		}
	}
	return false
}

// answer is what a rule says of a relation.
type answer struct {
	aggregate               bool
	passed, failed, unknown int64
	bad                     int64
	passes                  bool
}

// database is a database with the recorded data.
type database struct {
	conn  *pgx.Conn
	table imports.Table
	rows  map[string][]expression.Row
}

// load puts the recorded data into a database.
func load(t *testing.T) *database {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	files, err := schema.Migrations() // rules may use the functions of the ledger's schema
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range append([]string{schema.Query("ledger_create")}, files...) {
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
	}
	db := &database{conn: conn, table: tableOf(t, columns), rows: map[string][]expression.Row{}}
	for _, set := range sets {
		db.rows[set] = db.fill(t, set, set+".csv")
	}
	db.fill(t, "others", "people.csv")
	return db
}

// tableOf declares a table. The first column is its key when it is an id.
func tableOf(t *testing.T, columns [][2]string) imports.Table {
	t.Helper()
	out := imports.Table{Name: "people"}
	for _, c := range columns {
		typ, err := model.ParseType(c[1])
		if err != nil {
			t.Fatal(err)
		}
		column := model.Column{Name: c[0], Type: typ, Nullable: c[0] != "id"}
		out.Columns = append(out.Columns, column)
		out.Env.Columns = append(out.Env.Columns, expression.Column{Name: column.Name, Type: typ, Nullable: column.Nullable})
	}
	if !out.Columns[0].Nullable {
		out.Env.Key = []string{"id"}
	}
	out.Env.Tables = []expression.Relation{{Name: "others", Key: out.Env.Key, Columns: out.Env.Columns}}
	return out
}

// fill makes a table of a CSV file, with the line of each row, and returns the rows as they are in memory.
func (db *database) fill(t *testing.T, name, file string) []expression.Row {
	t.Helper()
	text := string(read(t, file))
	r := csv.NewReader(strings.NewReader(strings.ReplaceAll(text, `,"",`, ",\x01,"))) // a quoted nothing is an empty text
	var names, defs []string
	for _, c := range db.table.Columns {
		names = append(names, string(pgsql.Ident(c.Name)))
		defs = append(defs, string(pgsql.Ident(c.Name))+" "+c.Type.Name)
	}
	db.exec(t, "CREATE TABLE "+name+" ("+strings.Join(defs, ", ")+`, "#line" integer)`)
	var out []expression.Row
	for line := 1; ; line++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if line == 1 {
			continue
		}
		row, values := expression.Row{}, []string{}
		for i, c := range db.table.Columns {
			if record[i] == "" {
				values = append(values, "NULL")
				continue
			}
			cell := strings.ReplaceAll(record[i], "\x01", "")
			values = append(values, string(pgsql.Typed(cell, pgsql.Frag(c.Type.Name))))
			if row[c.Name], err = expression.ParseDatum(cell, c.Type); err != nil {
				t.Fatal(err)
			}
		}
		db.exec(t, "INSERT INTO "+name+" VALUES ("+strings.Join(values, ", ")+fmt.Sprintf(", %d)", line))
		out = append(out, row)
	}
}

func (db *database) exec(t *testing.T, sql string) {
	t.Helper()
	if _, err := db.conn.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// judge asks Postgres for the verdict of a rule on one of the tables.
func (db *database) judge(t *testing.T, relation string, rule imports.Rule) answer {
	t.Helper()
	if rule.Query { // it names the table that the suite is about
		var failing int64
		db.exec(t, "DROP SCHEMA IF EXISTS batch CASCADE; CREATE SCHEMA batch; CREATE VIEW batch."+string(pgsql.Ident(db.table.Name))+" AS SELECT * FROM public."+string(pgsql.Ident(relation)))
		db.exec(t, "SET search_path = batch, public")
		db.query(t, "SELECT count(*) FROM ("+rule.Text+") AS q", &failing)
		db.exec(t, "RESET search_path; DROP SCHEMA batch CASCADE")
		return answer{aggregate: true, bad: failing, passes: failing == 0}
	}
	compiled, faults, more := expression.CompileRule(rule.Text, rule.Where, db.table.Env)
	if compiled.SQL == "" {
		t.Fatalf("%s where %s: %v %v", rule.Text, rule.Where, faults, more)
	}
	held := pgsql.Map(db.table.Env.Columns, func(c expression.Column) pgsql.Frag { return pgsql.Literal(c.Name) })
	marks := map[string]pgsql.Frag{model.RowsMark: pgsql.Ident(relation), model.OrderMark: pgsql.Column("r", "#line"),
		model.ColumnsMark: "ARRAY[" + pgsql.Join(held, ", ") + "]::text[]", model.TableMark("others"): "others"}
	bound := func(f pgsql.Frag) string {
		out, err := f.Bind(marks)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	from := " FROM " + string(pgsql.Ident(relation)) + " AS r"
	if len(compiled.Needs.Windows) > 0 {
		windows := "r.*"
		for _, w := range compiled.Needs.Windows {
			windows += ", " + bound(w.SQL) + " AS " + string(pgsql.Ident(w.Name))
		}
		from = " FROM (SELECT " + windows + from + ") AS r"
	}
	sql := bound(compiled.SQL)
	if compiled.Aggregate {
		var verdict *bool
		var rows int
		db.query(t, "SELECT "+sql+", count(*)"+from, &verdict, &rows)
		return answer{aggregate: true, passes: verdict != nil && *verdict}
	}
	if compiled.Where != "" {
		from += " WHERE " + bound(compiled.Where)
	}
	var a answer
	db.query(t, "SELECT count(*) FILTER (WHERE "+sql+"), count(*) FILTER (WHERE NOT "+sql+"), count(*) FILTER (WHERE ("+sql+") IS NULL)"+from, &a.passed, &a.failed, &a.unknown)
	return a.settle(rule)
}

// settle applies at_least and nulls.
func (a answer) settle(rule imports.Rule) answer {
	judged := a.passed + a.failed
	a.bad = a.failed
	if rule.NullsFail {
		judged, a.bad = judged+a.unknown, a.failed+a.unknown
	}
	share := big.NewRat(1, 1)
	if rule.AtLeast != "" {
		share.SetString(rule.AtLeast)
	}
	a.passes = new(big.Rat).SetInt64(judged-a.bad).Cmp(share.Mul(share, new(big.Rat).SetInt64(judged))) >= 0
	return a
}

func (db *database) query(t *testing.T, sql string, into ...any) {
	t.Helper()
	if err := db.conn.QueryRow(context.Background(), sql).Scan(into...); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
}

// memory judges the rows in memory and wants the same answer; 1 when the rule can be judged there at all.
func (db *database) memory(t *testing.T, set string, rule imports.Rule, want answer) int {
	t.Helper()
	if rule.Query {
		return 0
	}
	compiled, _, _ := expression.CompileRule(rule.Text, rule.Where, db.table.Env)
	world := expression.World{Columns: names(db.table), Tables: map[string][]expression.Row{"others": db.rows["people"]}}
	var got answer
	if compiled.Aggregate {
		verdict, _, err := compiled.Program.JudgeAll(db.rows[set], world)
		if errors.Is(err, expression.ErrNoWorld) {
			return 0
		}
		if err != nil {
			t.Errorf("%s in memory: %v", rule.Text, err)
		}
		got = answer{aggregate: true, passes: verdict == expression.True}
	} else {
		verdicts, err := compiled.Program.Judge(db.rows[set], world)
		if errors.Is(err, expression.ErrNoWorld) {
			return 0
		}
		if err != nil {
			t.Errorf("%s in memory: %v", rule.Text, err)
		}
		for _, v := range verdicts {
			switch v {
			case expression.True:
				got.passed++
			case expression.False:
				got.failed++
			case expression.Unknown:
				got.unknown++
			}
		}
		got = got.settle(rule)
	}
	if got != want {
		t.Errorf("%+v on %s is %+v in memory, %+v in Postgres", rule, set, got, want)
	}
	return 1
}

func names(t imports.Table) []string {
	var out []string
	for _, c := range t.Columns {
		out = append(out, c.Name)
	}
	return out
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	out, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
