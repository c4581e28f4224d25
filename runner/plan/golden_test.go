package plan

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is a project of a parent, a child of two key columns, and a table of events.
func shop(t *testing.T) *model.Project {
	t.Helper()
	load := func(text string) *model.Load {
		l := &model.Load{Table: table(t, text)}
		l.Table.Schema = ""
		for _, c := range l.Table.Columns {
			l.Reading = append(l.Reading, model.Reading{Column: c.Name})
		}
		return l
	}
	people := load(`we"ird: id text!, city text, notes json, key=id`)
	people.DeleteMissing = true
	use := load("use: id text!, day date!, n<hours int, fee numeric(10,2), key=id+day")
	use.References = []model.Reference{{Columns: []string{"id"}, Table: `we"ird`, Keys: []string{"id"}}}
	use.Table.Indexes = []model.Index{{Columns: []string{"fee"}}}
	use.Reading[3].Value = &model.Value{SQL: `r."n" * 2 + length(` + pgsql.Param("file_name") + ")"}
	use.Rules = []model.Rule{{Name: "positive", Condition: `r."n" > 0`, Where: `r."fee" IS NOT NULL`, Columns: []string{"n", "fee"}},
		{Name: "many", Aggregate: true, Condition: "count(*) > " + pgsql.Param("#1"), Measures: []model.Measure{{Text: "row_count()", SQL: "count(*)"}},
			Needs: model.Needs{Values: []model.Elsewhere{{Mark: "#1", Text: "row_count()", SQL: "count(*)", Type: model.Type{Name: "bigint"}}}}},
		{Name: "known", Condition: `"p"."#found" IS NOT NULL AND r."n" >= "e"."n"`, Columns: []string{"id", "n"}, Needs: model.Needs{Joins: []model.Join{
			{Alias: "p", Kind: model.Parent, Table: `we"ird`, On: [][2]string{{"id", "id"}}, Columns: []string{"city"}},
			{Alias: "e", Kind: model.Before, On: [][2]string{{"id", "id"}, {"day", "day"}}, Columns: []string{"n"}}}}},
		{Name: "unique", Condition: `r."#w" = 1`, Columns: []string{"fee"}, Needs: model.Needs{Windows: []model.Window{{Name: "#w", SQL: `count(*) OVER (PARTITION BY r."fee")`}},
			Proof: `count(r."fee") = count(DISTINCT r."fee")`, Unique: []string{"fee"}}},
		{Name: "key", Condition: `r."#k" = 1`, Columns: []string{"day", "id"}, Needs: model.Needs{Windows: []model.Window{{Name: "#k", SQL: `count(*) OVER (PARTITION BY r."day", r."id")`}},
			Unique: []string{"day", "id"}}}}
	events := load("events: e text, _partition text")
	events.Append = true
	s := &model.Snapshot{Name: "use_months", From: "use", Columns: []string{"n", "fee"}, Table: table(t, "use_months: id text!, day date!, as_of date!, n<hours int, fee numeric(10,2), key=id+day+as_of")}
	pl := &model.Pipeline{Name: "monthly", Loads: []*model.Load{use, people, events}, Snapshots: []*model.Snapshot{s}, Params: []model.Param{{Name: "as_of", Kind: model.DateParam}}}
	return &model.Project{Pipelines: []*model.Pipeline{pl}}
}

// script collects statements under headings.
type script struct{ strings.Builder }

func (s *script) add(name string, statements ...pgsql.Frag) {
	for _, sql := range statements {
		if sql == "" {
			continue
		}
		fmt.Fprintf(s, "-- %s\n%s;\n\n", name, sql)
	}
}

func (s *script) table(p *Plan, t *Table, absent ...string) {
	t.Bind(Selection{AsOf: "2024-02-29", Partition: "2024-02-29", Values: map[string]string{"as_of": "2024-02-29"}}, []model.Param{{Name: "as_of", Kind: model.DateParam}}, []string{"it's.csv"})
	name := t.Load.Table.Name + ": "
	compute, _ := t.Compute()
	s.add(name+"stage", t.CreateStage(), compute, t.Analyze(), t.DropStage())
	for _, c := range t.MustHave() {
		s.add(name+"nulls of "+c, t.Nulls(c))
	}
	if len(t.Live.PrimaryKey) > 0 {
		s.add(name+"keys", t.CountHashes(), t.CountKeys(), t.Duplicates(), t.DropIdentical())
	}
	if t.Diffs() {
		byColumn, _ := t.DiffByColumn(absent)
		s.add(name+"compare with live", t.Diff(absent), byColumn)
	}
	if !t.KeyLater && !t.Load.Append {
		count, _ := t.Count(absent)
		s.add(name+"count what would be published", count)
	}
	s.rules(p.Batch(t, absent, true), t.Load.Rules)
	for _, r := range t.References {
		s.add(name+"references", r.Count(false), r.Count(true), r.Samples(false))
	}
	for _, o := range t.Orphans {
		s.add(name+"orphans", o.SQL(false), o.SQL(true))
	}
	s.add(name+"live", t.LockLive(), t.Publish(absent), t.CountLive(), t.CountValues(t.Live.Columns[0].Name), t.AnalyzeLive())
	s.add(name+"key and indexes after the rows", t.After...)
	if t.Load.DeleteMissing {
		s.add(name+"delete", t.DeleteMissing())
	}
	if t.Load.Append {
		s.add(name+"partition", t.PartitionRows(), t.PartitionDiff(absent), t.DeletePartition())
	}
}

// rules writes the queries of rules, of which those about rows are held to fail.
func (s *script) rules(subject *Subject, list []model.Rule) {
	values := map[string]Value{}
	for _, l := range subject.Lookups(list) {
		values[l.Key()] = Value{Text: "7"}
		if f, ok, _ := subject.Before(l.Columns); ok {
			s.add("earlier "+l.Text, l.Recompute(f))
		}
	}
	for _, d := range subject.Dates(list) {
		s.add("a date", DateOf(d))
	}
	rules := subject.Bind(list, values)
	byWay := map[Way][]*Question{}
	for _, q := range rules.Questions {
		if q.Reason != "" {
			s.add("skipped", pgsql.Frag("-- "+q.Name+": "+q.Reason))
			continue
		}
		byWay[q.Way()] = append(byWay[q.Way()], q)
		if q.Provable() {
			byWay[Plain] = append(byWay[Plain], q)
		}
	}
	for _, way := range []Way{Plain, Joined, Windowed} {
		for _, group := range rules.Scans(byWay[way], way) {
			s.add(subject.Name+": rules", rules.Scan(group, way))
		}
	}
	for _, q := range rules.Questions {
		if q.Aggregate || q.Proven || q.Reason != "" {
			continue
		}
		frequent, _ := rules.Frequent(q)
		s.add(subject.Name+": rows that fail "+q.Name, rules.Samples(q, 10), frequent)
	}
}

func (s *script) snapshot(p *Snapshot, absent ...string) {
	name := p.Want.Name + ": "
	s.add(name+"freeze", append([]pgsql.Frag{p.Lock(), p.Freeze(absent)}, append(p.After(), p.Analyze())...)...)
	s.add(name+"count what would be frozen", p.CountFrozen(absent))
	s.add(name+"verify", Fingerprint(p.Table, p.AsOf, p.Columns()))
	if p.Registered != nil {
		counts, _ := p.Compare(absent)
		samples, _ := p.CompareSamples(absent)
		s.add(name+"compare with what is frozen", counts, samples)
		s.add(name+"restate", p.Restate(absent)...)
	}
}

// statements writes everything that a plan may send.
func statements(t *testing.T, project *model.Project, found Found) string {
	t.Helper()
	p, faults := Build(project, project.Pipelines[0], "raw", found, Selection{AsOf: "2024-02-29", Partition: "2024-02-29"}, Options{Adopt: []string{`we"ird`}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var s script
	for _, c := range p.Changes {
		s.add("change: "+c.Detail, c.SQL)
		if c.Lost != "" {
			s.add("lost by it", c.Lost, c.Samples)
		}
	}
	for _, x := range p.Tables {
		s.table(p, x, "fee")
	}
	for _, x := range p.Snapshots {
		s.snapshot(x, "fee")
	}
	return s.String()
}

func plans(t *testing.T) map[string]string {
	t.Helper()
	later := shop(t)
	later.Pipelines[0].Loads[0].Delivery = model.Delta
	full := Found{Live: map[string]string{"use": "2024-01-31"}, Tables: []model.Table{table(t, `we"ird: id text!, city text, notes json, key=id`),
		table(t, "use: id text!, day date!, hours smallint, fee numeric(10,4), key=id+day"), table(t, "events: e text, _partition text"),
		table(t, "use_months: id text!, day date!, as_of date!, hours int, fee numeric(10,2), gone text, key=id+day+as_of")},
		Freezes: map[string][]Freeze{"use_months": {{AsOf: "2024-01-31", Revision: 1, Columns: []string{"id", "day", "hours", "fee"}}, {AsOf: "2024-02-29", Revision: 2, Columns: []string{"id", "day", "hours", "fee", "gone"}}}}}
	for i := range full.Tables {
		full.Tables[i].Schema = "raw"
	}
	return map[string]string{"first": statements(t, shop(t), Found{NoSchema: true}), "later": statements(t, later, full)}
}

// TestStatements holds every statement of two small plans against golden files, where a reader can see what runner sends.
func TestStatements(t *testing.T) {
	for name, got := range plans(t) {
		file := "testdata/" + name + ".sql"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is not what the plan says now; look at the difference after go test ./runner/plan -update", file)
		}
	}
}

// TestStatementsSuitCitus holds the same statements against those rules for a distributed database that a text can show.
func TestStatementsSuitCitus(t *testing.T) {
	never := map[string]*regexp.Regexp{
		"a bind parameter":               regexp.MustCompile(`\$\d`),
		"now() or a like":                regexp.MustCompile(`(?i)\b(now|random|clock_timestamp|current_date|current_timestamp)\b`),
		"MERGE":                          regexp.MustCompile(`\bMERGE\b`),
		"TRUNCATE":                       regexp.MustCompile(`\bTRUNCATE\b`),
		"LATERAL":                        regexp.MustCompile(`\bLATERAL\b`),
		"a foreign key":                  regexp.MustCompile(`\bREFERENCES\b`),
		"NOT EXISTS over no CTE":         regexp.MustCompile(`NOT EXISTS \(SELECT FROM [^k]`),
		"a key column that is updated":   regexp.MustCompile(`UPDATE SET "(id|day)"`),
		"an INSERT that is not RETURNED": regexp.MustCompile(`(?s)INSERT INTO "raw"\."(we""ird|use|events)"[^;]*FROM pg_temp[^;]*;`),
	}
	for plan, all := range plans(t) {
		for _, sql := range strings.SplitAfter(all, ";\n") {
			for what, bad := range never {
				if bad.MatchString(sql) && (!strings.Contains(what, "RETURNED") || !strings.Contains(sql, "RETURNING")) {
					t.Errorf("%s: %s in\n%s", plan, what, sql)
				}
			}
		}
	}
}

// TestEveryStatementIsUsed finds files that nobody fills.
func TestEveryStatementIsUsed(t *testing.T) {
	var code strings.Builder
	sources, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range sources {
		if text, err := os.ReadFile(f.Name()); err == nil && strings.HasSuffix(f.Name(), ".go") {
			code.Write(text)
		}
	}
	statements, err := files.ReadDir("sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range statements {
		if name := strings.TrimSuffix(f.Name(), ".sql"); !strings.Contains(code.String(), `fill("`+name+`"`) {
			t.Errorf("nobody fills sql/%s", f.Name())
		}
	}
}
