package expression_test

import (
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

func typ(t testing.TB, name string) model.Type {
	t.Helper()
	out, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// env is a table with a column of each type. Odd names are part of it.
func env(t testing.TB) expression.Env {
	t.Helper()
	var out expression.Env
	for _, c := range [][2]string{
		{"i", "integer"}, {"s", "smallint"}, {"l", "bigint"}, {"n", "numeric"}, {"m", "numeric(10,2)"}, {"f", "double precision"}, {"g", "real"},
		{"t", "text"}, {"u", "varchar(20)"}, {"c", "char(5)"}, {"b", "boolean"}, {"d", "date"}, {"ts", "timestamp"}, {"tz", "timestamptz"},
		{"id", "uuid"}, {"j", "json"}, {"jb", "jsonb"}, {"a", "text[]"}, {"2B", "integer"}, {`q"uo'te`, "text"}, {"in", "integer"}, {"häß", "integer"},
		{"count", "integer"}, {"len", "integer"}, {"monthly-fee", "numeric"}, {"ia", "integer[]"}, {"fa", "double precision[]"}, {"ca", "char(3)[]"},
		{"park.key", "text"}, {"Monthly Charges", "numeric"},
	} {
		out.Columns = append(out.Columns, expression.Column{Name: c[0], Type: typ(t, c[1]), Nullable: true})
	}
	out.Params = []expression.Param{{Name: "as_of", Kind: model.DateParam}, {Name: "least", Kind: model.IntegerParam}, {Name: "i", Kind: model.IntegerParam},
		{Name: "share", Kind: model.NumberParam}, {Name: "region", Kind: model.StringParam}, {Name: "strict", Kind: model.BooleanParam}}
	return out
}

func TestSQL(t *testing.T) {
	for _, tc := range []struct{ rule, sql string }{
		{`i >= 0`, `(r."i" >= 0)`},
		{`n >= -0.10`, `(NULLIF(r."n", 'NaN') >= (-0.10))`},
		{`n == .5`, `(NULLIF(r."n", 'NaN') = 0.5)`},
		{`l < 9223372036854775807`, `(r."l" < 9223372036854775807)`},
		{`n < 0.12345678901234567890123456789`, `(NULLIF(r."n", 'NaN') < 0.12345678901234567890123456789)`},
		{`i > 0x1F and l > 1_000`, `((r."i" > 31) AND (r."l" > 1000))`},
		{`1 < i < 10`, `((1 < r."i") AND (r."i" < 10))`},
		{`i > 1 and i < 20 && i != 3 or b`, `(((r."i" > 1) AND (r."i" < 20) AND (r."i" <> 3)) OR r."b")`},
		{`not b`, `(NOT r."b")`},
		{`!(b == true)`, `(NOT (r."b" = true))`},
		{`i == nil`, `(r."i" IS NULL)`},
		{`nil != f`, `(NULLIF(r."f", 'NaN') IS NOT NULL)`},
		{`i + 1 > l`, `((r."i"::numeric + 1::numeric) > r."l")`},
		{`i / 2 == 3.5`, `((r."i"::numeric / 2::numeric) = 3.5)`},
		{`i % s == 0`, `((r."i"::numeric % NULLIF(r."s"::numeric, 0)) = 0)`},
		{`m * 100 == round(m * 100)`, `((NULLIF(r."m", 'NaN') * 100::numeric) = round((NULLIF(r."m", 'NaN') * 100::numeric)))`},
		{`-i < 5`, `((- r."i"::numeric) < 5)`},
		{`i ** 2 < 100`, `((r."i"::numeric * r."i"::numeric) < 100)`},
		{`i ** 7 < 100`, `(round(power(r."i"::numeric, 7::numeric), 0) < 100)`},
		{`m ** 7 < 100`, `(round(power(NULLIF(r."m", 'NaN') + 0.00000000000000000000000000000000000000000000000000, 7::numeric), 20) < 100)`},
		{`n * 2 > 1`, `(((CASE WHEN r."n" BETWEEN -1e1000 AND 1e1000 THEN r."n" END) * 2::numeric) > 1)`},
		{`f >= 0`, `(NULLIF(r."f", 'NaN') >= ('0')::double precision)`},
		{`g == 0.1`, `(NULLIF(r."g", 'NaN') = ('0.1')::real)`},
		{`0.5 <= f`, `(NULLIF(r."f", 'NaN') >= ('0.5')::double precision)`},
		{`f > 0.1000000000000000055511151231257827`, `(NULLIF(r."f", 'NaN') > ('0.1')::double precision)`},
		{`f >= 0.1000000000000000055511151231257827`, `(NULLIF(r."f", 'NaN') > ('0.1')::double precision)`},
		{`f < n`, `(NULLIF(r."f", 'NaN')::text::numeric < NULLIF(r."n", 'NaN'))`},
		{`f + 1 > 2`, `(((CASE WHEN r."f" > '-Infinity' AND r."f" < 'Infinity' THEN r."f"::text::numeric END) + 1::numeric) > 2)`},
		{`t == "it's \\ ok"`, `(r."t" = ( E'it''s \\ ok')::text)`},
		{`t < "b"`, `(r."t" COLLATE "C" < ('b')::text)`},
		{`len(c) == 5`, `(char_length(r."c"::text) = 5)`},
		{`lower(t) + "x" == u`, `((lower(r."t" COLLATE "C") || ('x')::text) = r."u")`},
		{`t contains "%"`, `(strpos(r."t" COLLATE "C", ('%')::text) > 0)`},
		{`t not startsWith "a"`, `(NOT starts_with(r."t" COLLATE "C", ('a')::text))`},
		{`t endsWith u`, `(right(r."t" COLLATE "C", char_length(r."u")) = r."u")`},
		{`t matches "^[0-9]{4}-[A-Z]{5}$"`, `(r."t" COLLATE "C" ~ '^[0-9]{4}-[A-Z]{5}$')`},
		{`i in [1, 2, nil]`, `((r."i" IS NULL) OR (r."i" IN (1, 2)))`},
		{`t not in ["a", "b"]`, `(NOT (r."t" IN (('a')::text, ('b')::text)))`},
		{`i in 1..10`, `(r."i" BETWEEN 1 AND 10)`},
		{`i not in -1..s`, `(NOT (r."i" BETWEEN (-1) AND r."s"))`},
		{`i in [nil]`, `(r."i" IS NULL)`},
		{`(i ?? 0) >= 0`, `(COALESCE(r."i", 0) >= 0)`},
		{`(f ?? 0) >= 0`, `(COALESCE(NULLIF(r."f", 'NaN')::text::numeric, 0) >= 0)`},
		{`b ? i > 1 : true`, `(CASE WHEN r."b" THEN (r."i" > 1) ELSE true END)`},
		{`if b { i > 1 } else { nil }`, `(CASE WHEN r."b" THEN (r."i" > 1) ELSE NULL END)`},
		{`d >= date("2024-01-31")`, `(r."d" >= ('2024-01-31')::date)`},
		{`d - as_of < 30`, "(((CASE WHEN isfinite(r.\"d\") THEN r.\"d\" END) - (CASE WHEN isfinite(\x00as_of\x00) THEN \x00as_of\x00 END)) < 30)"},
		{`tz >= as_of`, "((r.\"tz\" AT TIME ZONE 'UTC') >= \x00as_of\x00)"},
		{`i == params.i`, "(r.\"i\" = \x00i\x00)"},
		{`l >= least and n < share`, "((r.\"l\" >= \x00least\x00) AND (NULLIF(r.\"n\", 'NaN') < \x00share\x00))"},
		{`$env["2B"] > $env["in"]`, `(r."2B" > r."in")`},
		{`$env["q\"uo'te"] == "x"`, `(r."q""uo'te" = ('x')::text)`},
		{`häß > 0`, `(r."häß" > 0)`},
		{`count > 0 and len < len(t)`, `((r."count" > 0) AND (r."len" < char_length(r."t")))`},
		{`min(i, 5) > 1`, `((CASE WHEN num_nulls(r."i", 5) = 0 THEN LEAST(r."i", 5) END) > 1)`},
		{`max(t, "m") > "q"`, `((CASE WHEN num_nulls(r."t" COLLATE "C", ('m')::text) = 0 THEN GREATEST(r."t" COLLATE "C", ('m')::text) END) COLLATE "C" > ('q')::text)`},
		{`id == "00000000-0000-0000-0000-000000000001"`, `(r."id" = ('00000000-0000-0000-0000-000000000001')::uuid)`},
		{`t | lower() == "x"`, `(lower(r."t" COLLATE "C") = ('x')::text)`},
		{"t == `raw \\`", "(r.\"t\" = ( E'raw \\\\')::text)"},
		{`let x = i + 1; x > 2 and x < 9`, `(((r."i"::numeric + 1::numeric) > 2) AND ((r."i"::numeric + 1::numeric) < 9))`},
		{`[i, t] in [[1, "x"], [2, nil]]`, `(((r."i" = 1) AND (r."t" = ('x')::text)) OR ((r."i" = 2) AND (r."t" IS NULL)))`},
		{`[i, s] != [1, 2]`, `(NOT ((r."i" = 1) AND (r."s" = 2)))`},
		{`a[0] == "x"`, `(((r."a")[:])[1] = ('x')::text)`},
		{`a[-1] == "x"`, `(((r."a")[:])[cardinality(r."a") + 1 + -1] = ('x')::text)`},
		{`a[i] == "x"`, `(((r."a")[:])[CASE WHEN (CASE WHEN r."i" > 1000000000 THEN 1000000000 WHEN r."i" < -1000000000 THEN -1000000000 ELSE r."i" END)::integer < 0 THEN cardinality(r."a") ELSE 0 END + 1 + (CASE WHEN r."i" > 1000000000 THEN 1000000000 WHEN r."i" < -1000000000 THEN -1000000000 ELSE r."i" END)::integer] = ('x')::text)`},
		{`a[1:-1] == ["x"]`, `(((CASE WHEN array_ndims(r."a") > 1 THEN NULL ELSE ((r."a")[:])[2:greatest(cardinality(r."a") + -1, 0)] END))[:] = ARRAY[('x')::text]::text[])`},
		{`t[1:3] == "ab"`, `(substr(left(r."t", 3), 2) = ('ab')::text)`},
		{`t[-2:] == "ab"`, `(substr(r."t", greatest(char_length(r."t") + -2, 0) + 1) = ('ab')::text)`},
		{`"x" in a and n in fa`, `((('x')::text = ANY (r."a")) AND (NULLIF(r."n", 'NaN') = ANY (array_replace(r."fa", 'NaN', NULL)::text[]::numeric[])))`},
		{`ia == [1, 2]`, `((r."ia"::bigint[])[:] = ARRAY[1, 2]::bigint[])`},
		{`jb.a.b == 1`, `((CASE WHEN jsonb_typeof(((r."jb" -> ('a')::text) -> ('b')::text)) = 'number' THEN (((r."jb" -> ('a')::text) -> ('b')::text))::numeric END) = 1)`},
		{`jb[0]["x y"] == "q"`, `((CASE WHEN jsonb_typeof(((CASE WHEN jsonb_typeof(r."jb") = 'array' THEN r."jb" -> 0 END) -> ('x y')::text)) IN ('string', 'number', 'boolean') THEN ((CASE WHEN jsonb_typeof(r."jb") = 'array' THEN r."jb" -> 0 END) -> ('x y')::text) #>> '{}' END) = ('q')::text)`},
		{`jb == nil`, `(NULLIF(r."jb", 'null') IS NULL)`},
		{`"k" in jb`, `(CASE WHEN jsonb_typeof(r."jb") IN ('object', 'array') THEN r."jb" ? ('k')::text END)`},
		{`$env["park.key"] == "a" and $env["Monthly Charges"] > 1`, `((r."park.key" = ('a')::text) AND (NULLIF(r."Monthly Charges", 'NaN') > 1))`},
		{`row_count() >= 5000`, `(count(*) >= 5000)`},
		{`count_distinct(c) == 2`, `(count(DISTINCT r."c"::text) = 2)`},
		{`mean(i) / count(t) < 1`, `((avg(r."i"::numeric) / NULLIF(count(r."t")::numeric, 0)) < 1)`},
		{`min(t) > "a" and max(f) < 5`, `((min(r."t" COLLATE "C") COLLATE "C" > ('a')::text) AND (max(NULLIF(r."f", 'NaN')) < ('5')::double precision))`},
	} {
		got, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		for _, f := range faults {
			if f.ID != "E410" {
				t.Errorf("%s: %+v", tc.rule, f)
			}
		}
		if string(got.SQL) != tc.sql {
			t.Errorf("%s\n got %q\nwant %q", tc.rule, got.SQL, tc.sql)
		}
	}
}

func TestAggregateRule(t *testing.T) {
	got, faults, where := expression.CompileRule(`sum(i) > 3 * row_count() and row_count() > 1`, `b and f > 1`, env(t))
	if len(faults)+len(where) > 0 {
		t.Fatal(faults, where)
	}
	filter := ` FILTER (WHERE (r."b" AND (NULLIF(r."f", 'NaN') > ('1')::double precision)))`
	want := `((sum(r."i"::numeric)` + filter + ` > (3::numeric * count(*)` + filter + `::numeric)) AND (count(*)` + filter + ` > 1))`
	if string(got.SQL) != want || !got.Aggregate {
		t.Errorf("got  %s\nwant %s", got.SQL, want)
	}
	if len(got.Measures) != 2 || got.Measures[0].Text != "sum(i)" || got.Measures[1].Text != "row_count()" || string(got.Measures[1].SQL) != "count(*)"+filter {
		t.Errorf("measures %+v", got.Measures)
	}
	if c := got.Columns; len(c) != 3 || c[0] != "i" || c[1] != "b" || c[2] != "f" {
		t.Errorf("columns %v", c)
	}
}

func TestSpelling(t *testing.T) {
	for name, want := range map[string]string{"a": "a", "2B": `$env["2B"]`, "in": `$env["in"]`, "fee €": `$env["fee €"]`, `a"b`: `$env["a\"b"]`, "größe": "größe"} {
		if got := expression.Spelling(name); got != want {
			t.Errorf("%q: got %s, want %s", name, got, want)
		}
		e := expression.Env{Columns: []expression.Column{{Name: name, Type: typ(t, "integer")}}}
		if r, faults, _ := expression.CompileRule(expression.Spelling(name)+" > 0", "", e); len(faults) > 0 || r.Columns[0] != name {
			t.Errorf("%q is not read back: %v", name, faults)
		}
	}
	if !expression.Reserved("matches") || expression.Reserved("count") {
		t.Error("Reserved")
	}
}

func TestQuickForms(t *testing.T) {
	for _, tc := range []struct{ rule, loose, present string }{
		{`i >= 0`, ``, `r."i"`},
		{`n >= 0`, `(r."n" >= 0)`, `NULLIF(r."n", 'NaN')`},
		{`not (n >= 0 and f < 3)`, `(NOT ((r."n" >= 0) AND (r."f" < ('3')::double precision)))`, ``},
		{`n == nil or n > 1`, `((NULLIF(r."n", 'NaN') IS NULL) OR (r."n" > 1))`, ``},
		{`(n ?? 0) >= 0`, ``, ``},
		{`b ? n > 0 : n < 0`, ``, ``},
		{`n * 2 > n`, `(((CASE WHEN r."n" BETWEEN -1e1000 AND 1e1000 THEN r."n" END) * 2::numeric) > r."n")`, ``},
		{`t in ["a", "b"]`, ``, `r."t"`},
		{`t in ["a", nil]`, ``, ``},
		{`t startsWith u`, ``, `(CASE WHEN r."t" IS NOT NULL AND r."u" IS NOT NULL THEN 1 END)`},
		{`not b`, ``, `r."b"`},
		{`c matches "x"`, ``, `r."c"::text`},
		{`i == nil`, ``, ``},
		{`i < s`, ``, `(CASE WHEN r."i" IS NOT NULL AND r."s" IS NOT NULL THEN 1 END)`},
		{`count(i) > 0`, ``, ``},
	} {
		got, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got.SQL == "" {
			t.Errorf("%s: %v", tc.rule, faults)
		}
		if string(got.Loose) != tc.loose || string(got.Present) != tc.present {
			t.Errorf("%s\n got %s | %s\nwant %s | %s", tc.rule, got.Loose, got.Present, tc.loose, tc.present)
		}
	}
}
