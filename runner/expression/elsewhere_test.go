package expression_test

import (
	"testing"

	"streamflow/runner/expression"
)

func TestElsewhere(t *testing.T) {
	conn, p := connect(t), shop(t)
	p.values = map[string]string{"row_count()": "3", "sum(amount)": "40", "max(day)": "2024-01-01", "sum(amount) where good": "7", `count_distinct(code) where code != "x  y"`: "2"}
	for _, tc := range []struct{ rule, where, want string }{
		{`exists(customers, code)`, ``, "true true unknown false"},
		{`exists(customers, payer)`, `id < 4`, "true unknown false -"},
		{`exists(places, zone, no)`, ``, "true false unknown true"},
		{`not exists(customers, code) or exists(customers, payer)`, ``, "true unknown unknown true"},
		{`code.level >= 1`, ``, "true true unknown unknown"},
		{`payer.level == 2 and code.level == 1`, ``, "true false unknown false"},
		{`payer.level == nil`, ``, "false true true false"},
		{`payer.credit == 0.5`, ``, "true unknown unknown unknown"}, {`code.credit == nil`, ``, "true false true true"},
		{`code.code == code`, ``, "true true unknown unknown"}, {`code.code == nil`, ``, "false false true true"},
		{`places.name in ["north", "south"]`, ``, "true unknown unknown true"}, {`places.no == no`, ``, "true unknown unknown true"},
		{`amount > 1`, `code.level == 2`, "- true - -"}, {`amount > 1`, `exists(customers, payer)`, "true - - unknown"},
		{`sum(code.level) == 3 and count(payer.level) == 2`, ``, "true"}, {`sum(amount) == 20`, `code.level == 2`, "true"},
		{`unique(code.level)`, ``, "true true unknown unknown"}, {`unique(amount)`, `code.level == nil or amount < 20`, "true - true unknown"},
		{`old(amount) == 5`, ``, "true unknown unknown unknown"}, {`old(amount) == nil`, ``, "false true true true"}, {`old(good) == good`, ``, "true true unknown unknown"},
		{`old(id) == id`, ``, "true true unknown unknown"}, {`old(code) == code and old(good) == good`, ``, "true false unknown unknown"}, {`sum(old(amount)) == 5`, ``, "true"},
		{`row_count() == row_count(customers) + 2`, ``, "true"}, {`row_count($env["odd name"]) == 3`, ``, "true"}, {`row_count() == row_count(customers)`, `id > 2`, "true"},
		{`row_count() > previous(row_count())`, ``, "true"}, {`sum(amount) / previous(sum(amount)) > 1`, ``, "true"}, {`max(day) == previous(max(day)) + 2`, ``, "true"},
		{`sum(amount) > previous(sum(amount))`, `good`, "true"}, {`previous(sum(ratio)) == nil`, ``, "true"}, {`previous( sum(  amount  ) ) == 40`, ``, "true"}, {"previous(row_count( )) == 3", ``, "true"}, {`let n = sum(amount); n > previous(n)`, ``, "true"},
		{"previous(sum(amount)) ==\n  40", ``, "true"},
		{`sum(amount) > snapshot(sum(amount), date("2023-12-31"))`, ``, "true"}, {`sum(amount) > snapshot(sum(amount), as_of)`, ``, "true"},
		{`column_count() == 11 and columns() != nil`, ``, "true"}, {`column_count() == 11`, `id > 100`, "true"},
		{`type(id) == "integer" and type(amount) == "numeric" and type(amount + 1) == "numeric" and type(doc) == "json" and type(len(code)) == "bigint"`, ``, "true"},
		{`mode_count(amount) == 1`, `id > 1`, "true"},
		{`"code" in columns() and columns()[0] == "row" and len(columns()) == 11`, ``, "true"},
		{`column_set() == ["amount", "code", "day", "doc", "good", "id", "no", "payer", "ratio", "row", "zone"]`, ``, "true"},
		{`columns()[1:3] == ["id", "code"]`, ``, "true"},
		{`let p = previous(row_count()); row_count() > p and p == 3`, ``, "true"},
		{`let level = code.level; level >= 1 or level == nil`, ``, "true true true true"},
		{`let u = unique(amount); u or id > 0`, ``, "true true true true"},
		{`[code.level, id] in [[1, 1], [nil, 3]]`, ``, "true false true false"},
		{`total(code.level, payer.level) == 3`, ``, "true false unknown false"},
		{`let known = ["a", "b", "d"]; distinct_in(code, known)`, ``, "true"}, {`let l = code.level; l > 1`, ``, "false true unknown unknown"},
	} {
		if got := p.ask(t, conn, tc.rule, tc.where); got != tc.want {
			t.Errorf("%s where %s\n got %s\nwant %s", tc.rule, tc.where, got, tc.want)
		}
	}
}

func TestElsewhereFaults(t *testing.T) {
	p := shop(t)
	for _, tc := range []struct{ rule, where, want string }{
		{`exists(customer, code)`, ``, `E402 [customer] unknown table "customer" (did you mean "customers"? tables: customers, places, odd name)`},
		{`exists("customers", code)`, ``, `E403 ["customers"] exists() takes the name of a table (write exists(table, column, ...))`},
		{`exists(customers, id)`, ``, `E403 [id] cannot look for "id" (integer) among the keys of "customers": "code" is of type text`},
		{`exists(customers, code, id)`, ``, `E403 [exists(customers, code, id)] the key of "customers" has 1 column, and exists() is given 2 columns (name them in the order of the key: code)`},
		{`exists(customers, lower(code))`, ``, `E403 [lower(code)] exists() takes columns of the rows that are judged, and this is text`},
		{`exists(customers)`, ``, `E403 [exists(customers)] exists() does not take one argument (write exists(table, column, ...))`},
		{`exists($env["odd name"], code)`, ``, `E403 [$env["odd name"]] table "odd name" has no primary key to look for`},
		{`exists(customer, kode)`, ``, "E402 [customer] unknown table \"customer\" (did you mean \"customers\"? tables: customers, places, odd name)\n" +
			`E402 [kode] unknown name "kode" (did you mean "code"? columns: row, id, code, payer, zone, no, amount, ratio, day, good, doc)`},
		{`row_count() == row_count(custs)`, ``, `E402 [custs] unknown table "custs" (tables: customers, places, odd name)`},
		{`amount < row_count(customers)`, ``, `E403 [amount] "amount" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`zscore(amount) == max(2)`, ``, `E403 [zscore(amount)] "zscore" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`code.levl > 1`, ``, `E402 [code.levl] table "customers" has no column "levl" (did you mean "level"? columns: code, level, credit)`},
		{`customers.level > 1`, ``, `E402 [customers.level] 2 references lead to "customers" (write code.level or payer.level)`},
		{`old(amount + 1) > 1`, ``, `E403 [amount + 1] old() takes a column, and this is a number`},
		{`old(zone) == zone`, ``, `E403 [old(zone)] no snapshot of this table holds zone (add it to the columns of a snapshot)`},
		{`sum(amount) > old(amount)`, ``, "E403 [old(amount)] \"amount\" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)\n" +
			`E403 [amount] "amount" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`previous(amount) > 1`, ``, "E403 [amount] previous() takes one aggregate, and this is a number (such as previous(max(amount)))"},
		{`previous(sum(amount) + 1) > 1`, ``, "E403 [sum(amount) + 1] previous() takes one aggregate, and this is a number (write previous(sum(x)) / previous(sum(y)))"},
		{`previous(previous(row_count())) > 1`, ``, "E403 [previous(row_count())] previous() takes an aggregate of the rows alone, which previous() is not"},
		{`previous(mode_count(code)) > 1`, ``, "E403 [mode_count(code)] previous() takes an aggregate of the rows alone, which mode_count() is not"},
		{`sum(previous(row_count())) > 1`, ``, "E403 [previous(row_count())] an aggregate cannot stand inside of another"},
		{`previous(sum(code.level)) > 1`, ``, "E403 [previous(sum(code.level))] previous() looks at rows of another date, beside which there are no rows of other tables"},
		{`previous(row_count()) > 1`, `exists(customers, code)`, "E403 [previous(row_count())] previous() looks at rows of another date, beside which there are no rows of other tables"},
		{`mode_count(amount) > 1`, `exists(customers, code)`, "E403 [mode_count(amount)] mode_count() looks at the rows once more, without those of other tables"},
		{`snapshot(sum(amount), day) > 1`, ``, `E407 [day] the date of snapshot() is a constant or a parameter (write date("2024-01-31"), or the name of a parameter)`},
		{`snapshot(sum(amount), region) > 1`, ``, `E407 [region] the date of snapshot() is a constant or a parameter (write date("2024-01-31"), or the name of a parameter)`},
		{`snapshot(sum(no), as_of) > 1`, ``, `E403 [snapshot(sum(no), as_of)] no snapshot of this table holds no (add it to the columns of a snapshot)`},
		{`snapshot(sum(amount), as_of) > 1`, `zone == "n"`, `E403 [snapshot(sum(amount), as_of)] no snapshot of this table holds amount, zone (add it to the columns of a snapshot)`},
		{`psi(zone) < 0.2`, ``, `E403 [psi(zone)] no snapshot of this table holds zone (add it to the columns of a snapshot)`},
		{`psi(doc) < 0.2`, ``, `E403 [psi(doc)] psi() cannot be asked of "doc" (json) (write psi(x))`},
		{`type(amount) == "decimal"`, ``, `E407 ["decimal"] Postgres calls this type "numeric" (write "numeric")`},
		{`type(amount) in ["numeric", "int8", "strin"]`, ``, "E407 [\"int8\"] Postgres calls this type \"bigint\" (write \"bigint\")\nE407 [\"strin\"] \"strin\" is no type of Postgres"},
		{`amount > 1`, `row_count(customers) > 1`, `E403 [row_count(customers)] "where" selects rows, so it cannot hold an aggregate (write a rule of its own about the batch)`},
		{`amount > 1`, `type(amount) == "numeric"`, `E403 [type(amount)] "where" selects rows, so it cannot hold an aggregate (write a rule of its own about the batch)`},
	} {
		_, faults, whereFaults := expression.CompileRule(tc.rule, tc.where, p.env)
		if got := show(tc.rule, faults) + show(tc.where, whereFaults); got != tc.want {
			t.Errorf("%s where %s\n got %s\nwant %s", tc.rule, tc.where, got, tc.want)
		}
	}
	for rule, want := range map[string]string{
		`old(amount) > 1`:      `E403 [old(amount)] old() looks at what is frozen, and this table has no snapshot (declare one under snapshots:)`,
		`places.name == "x"`:   `E402 [places.name] no reference leads to the table "places" (declare it under references:, or ask exists(places, ...))`,
		`psi(amount) < 1`:      `E403 [psi(amount)] psi() looks at what is frozen, and this table has no snapshot (declare one under snapshots:)`,
		`exists(places, zone)`: `E403 [exists(places, zone)] the key of "places" has 2 columns, and exists() is given 1 column (name them in the order of the key: zone, no)`,
	} {
		bare := p.env
		bare.Parents, bare.Snapshots = nil, nil
		_, faults, _ := expression.CompileRule(rule, "", bare)
		if got := show(rule, faults); got != want {
			t.Errorf("%s\n got %s\nwant %s", rule, got, want)
		}
	}
	for text, want := range map[string]string{
		`exists(customers, code)`: `E403 [exists(customers, code)] a value is computed from one row, so it cannot hold exists()`,
		`code.level > 1`:          `E403 [code.level] a value is computed from one row, so it cannot hold a column of another table`,
		`unique(code)`:            `E403 [unique(code)] a value is computed from one row, so it cannot hold unique()`,
		`column_count() > 1`:      `E403 [column_count()] a value is computed from one row, so it cannot hold an aggregate`,
	} {
		_, faults := expression.CompileValue(text, p.env, typ(t, "boolean"))
		if got := show(text, faults); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestSQLBeside shows what becomes of rules that look beside their rows.
func TestSQLBeside(t *testing.T) {
	p := shop(t)
	for _, tc := range []struct{ rule, where, sql string }{
		{`median(amount) < 5`, ``, `(trim_scale((percentile_disc(0.5) WITHIN GROUP (ORDER BY (CASE WHEN r."amount" BETWEEN -1e1000 AND 1e1000 THEN r."amount" END)) + percentile_disc(0.5) WITHIN GROUP (ORDER BY (CASE WHEN r."amount" BETWEEN -1e1000 AND 1e1000 THEN r."amount" END) DESC)) * 0.5) < 5)`},
		{`distinct_in(code, ["a"])`, `good`, `(count(*) FILTER (WHERE r."good" AND NOT (r."code" IN (('a')::text))) = 0)`},
		{`mode_count(code) == 1`, ``, "((SELECT count(*) FROM (SELECT count(*) AS n, max(count(*)) OVER () AS most FROM \x00#rows\x00 AS r WHERE (r.\"code\" IS NOT NULL) GROUP BY r.\"code\" COLLATE \"C\") AS m WHERE m.n = m.most) = 1)"},
		{`exists(customers, code)`, ``, `(CASE WHEN r."code" IS NOT NULL THEN "parent_a7a9eee56f144244"."#found" IS TRUE END)`},
		{`payer.level > 1`, ``, `("parent_dadfb714f8a6ced8"."level" > 1)`},
		{`code.code == old(code)`, ``, `((CASE WHEN "parent_a7a9eee56f144244"."#found" THEN r."code" END) = "old_7d8acbcc39fe21e7"."code")`},
		{`unique(code, no)`, `good`, `(CASE WHEN r."code" IS NOT NULL AND r."no" IS NOT NULL THEN r."#unique_82e8467409099736" = 1 END); count(*) OVER (PARTITION BY r."code" COLLATE "C", r."no", (r."good" IS TRUE))`},
		{`strictly_increasing(amount, day)`, ``, `(CASE WHEN NULLIF(r."amount", 'NaN') IS NOT NULL AND r."day" IS NOT NULL THEN COALESCE((NULLIF(r."amount", 'NaN') > r."#strictly_increasing_7785bf1a959caf46"), true) END); lag(NULLIF(r."amount", 'NaN')) OVER (PARTITION BY (NULLIF(r."amount", 'NaN') IS NOT NULL AND r."day" IS NOT NULL) ORDER BY r."day", NULLIF(r."amount", 'NaN'), r."id")`},
		{`row_count() > 0.9 * previous(row_count())`, `good`, "(count(*) FILTER (WHERE r.\"good\") > (0.9 * \x00#value:967e3628acdcd6c4\x00::numeric))"},
		{`row_count() == row_count(customers)`, ``, "(count(*) = (SELECT count(*) FROM \x00#table:customers\x00 AS t))"},
		{`column_count() == 3`, ``, "(cardinality(\x00#columns\x00) = 3)"},
	} {
		rule, faults, _ := expression.CompileRule(tc.rule, tc.where, p.env)
		got := string(rule.SQL)
		for _, w := range rule.Needs.Windows {
			got += "; " + string(w.SQL)
		}
		if got != tc.sql {
			t.Errorf("%s %v\n got %q\nwant %q", tc.rule, faults, got, tc.sql)
		}
	}
}
