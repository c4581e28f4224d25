package expression_test

import (
	"context"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
)

func TestVerdicts(t *testing.T) {
	conn, e := connect(t), env(t)
	for _, tc := range slices.Concat(verdicts, accessVerdicts, functionVerdicts) {
		row := map[string]string{}
		marks := strings.NewReplacer("␣", " ", "⏎", "\n", "⇥", "\t")
		for _, cell := range strings.Split(tc.row, " ") {
			if name, value, ok := strings.Cut(cell, "="); ok {
				row[marks.Replace(name)] = marks.Replace(value)
			}
		}
		rule, faults, _ := expression.CompileRule(tc.rule, "", e)
		if rule.SQL == "" {
			t.Errorf("%s: %v", tc.rule, faults)
			continue
		}
		var got *bool
		sql := "SELECT " + bind(t, rule.SQL) + from(e, row)
		if err := conn.QueryRow(context.Background(), sql).Scan(&got); err != nil {
			t.Errorf("%s with %s: %v\n%s", tc.rule, tc.row, err, rule.SQL)
		} else if verdict(got) != tc.want {
			t.Errorf("%s with %s is %s, want %s\n%s", tc.rule, tc.row, verdict(got), tc.want, rule.SQL)
		}
		if in, err := rule.Program.Judge(inMemory(t, e, row), bound(t)); err != nil || in[0].String() != tc.want {
			t.Errorf("%s with %s is %v in memory (%v), want %s", tc.rule, tc.row, in, err, tc.want)
		}
	}
}

// patterns mean in Postgres what they mean in Go, or are refused.
var patterns = []string{
	``, `a`, `^a$`, `a|b|`, `(a|)b`, `^$`, `.`, `^.$`, `(?s)^.$`, `(?s)a.b`, `a.b`, `\w+`, `^\w+$`, `\W`, `\d{2,3}`, `^\d+$`, `\D`, `\s`, `^\S+$`, `\bfoo\b`,
	`\Boo`, `^\B`, `\B`, `\b`, `^\B$`, `\b|x`, `(\b)*a`, `(?m)\b$`, `foo\B`, `\bé`, `é\b`, `^\b`, `(?i)straße`, `(?i)K`, `(?i)^[k-m]+$`, `a(?i)b`, `(?i:a)b`, `(?m)^b$`, `(?m)a$`, `(?m)^$`, `(?m)^a$|\Ab\z`, `\Aa\z`,
	`a\z`, `\p{L}+`, `^\p{L}+$`, `\pN`, `\P{Greek}`, `\p{Lu}\p{Ll}`, `[[:alpha:]]+`, `[[:^alpha:]]`, `^[[:word:]]+$`, `[^a]`, `^[^a]$`, `[^\n]`, `[a\]b]`, `[\^a]`, `[a-]`,
	`[-a]`, `[\[\]]`, `[.]`, `[*+?]`, `\.\*\+\?\(\)\[\]\{\}\|\^\$\\`, `^a{3}$`, `^a{2,}$`, `^(ab){2}$`, `^(?:a|b){2,3}$`, `^a{0}$`, `^a{0,0}b$`, `a{,3}`, `^x{300}$`,
	`^x{256,600}$`, `^x{300,}$`, `^(xy){0,300}$`, `a*?b`, `a+?`, `a??b`, `(a*)*`, `(a+)+$`, `(?:)*`, `(^a)*`, `(^)*b`, `(a$|b)+`, `(?P<name>a)b`, `\x41`, `\x{1F600}`, `\x41B`, `\t`,
	`\n`, `\Qa.b\E`, `[\x00-\x1f]`, `[^\x00-\x7F]`, `😀`, `[😀-😂]`, `^[a-zé-ü]+$`, `\141`, `***a`, `(?i)[^k]`, `#`, ` # x`, `a b`, `^[\w.+-]+@[\w-]+\.[\w.-]+$`, `^[0-9]{4}-[A-Z]{5}$`, `(?U)a+`,
	`(a)(b)(c)`, `(?i)\w`, `(?i)ſ`, `[^\d\s]`, `[\d\-x]`, `:`, `[:a]`, `=`, `[=]`, `[.a]`, `$^`, `a^b`, `a$b`, `\z`, `\A`, `\C`, `(?-s).`, `(?i)(?-i)a`, `x*`, `^-$`, `[&&x]`, `~`, `"`, `'`, `''`,
	`(((((((((a)))))))))`, `(?:a{2}){3}`, `[a-c]{2}[x]?`, `(a|ab)(c|bcd)`, `^(\d{1,3}\.){3}\d{1,3}$`, `^\s*$`, `\s+$`, `^(true|false)$`, `[\w\W]`, `[^\w\W]`, `[\S\s]+`, `(?s).`, `\.csv$`, `(?i)\.CSV$`,
}

// texts are what every pattern is tried on.
var texts = []string{
	"", "a", "b", "A", "ab", "ba", "aa", "aaa", "aaaa", "abab", "abc", "c", "x", "foo", "foo bar", "foobar", "a foo", "foos", "oo", "é", "É", "aé", "éa", "ü", "ß", "ẞ", "straße", "STRASSE", "STRAßE", "k", "K", "\u212a", "ſ", "s", "S",
	"\n", "a\n", "\na", "a\nb", "b\na", "a\nb\nc", "\n\n", "a\tb", "\t", " ", "  ", "a b", " # x", "#", "12", "123", "1", "١", "x1y22z333", "_", "a_b", "-", "a-", "[", "]", "a]b", "^", "$", "^a$", "a^b", "a$b", "\\", ".", "a.b", "axb", "*", "***a",
	".*+?()[]{}|^$\\", "{", "a{,3}", "😀", "😁", "😂", "a😀", "Ω", "ω", "Straße", "A1", "AB", "\x01", "\x7f", "\u0080", "user@example.com", "user@", "1234-ABCDE", "1234-abcde", "127.0.0.1", "true", "file.csv", "FILE.CSV", "file.csv.gz", ":", "=", "&", "~", "\"", "'", "''", "lkm", "KLM",
	strings.Repeat("x", 255), strings.Repeat("x", 256), strings.Repeat("x", 299), strings.Repeat("x", 300), strings.Repeat("x", 301), strings.Repeat("x", 600), strings.Repeat("x", 601), strings.Repeat("xy", 300), strings.Repeat("xy", 301), strings.Repeat("a", 40) + "!",
}

func TestPatterns(t *testing.T) {
	conn := connect(t)
	e := expression.Env{Columns: []expression.Column{{Name: "t", Type: typ(t, "text")}}}
	for _, p := range patterns {
		comparePattern(t, conn, e, p, texts)
	}
}

func comparePattern(t *testing.T, conn *pgx.Conn, e expression.Env, p string, texts []string) {
	t.Helper()
	re, goErr := regexp.Compile(p)
	rule, faults, _ := expression.CompileRule("t matches "+goQuote(p), "", e)
	if rule.SQL == "" {
		if goErr == nil && p != `[^\w\W]` {
			t.Errorf("%q is refused: %v", p, faults)
		}
		return
	}
	if goErr != nil {
		t.Errorf("%q should be refused: %v", p, goErr)
		return
	}
	rows, err := conn.Query(context.Background(), "SELECT t, "+string(rule.SQL)+" FROM unnest($1::text[]) AS r(t)", texts)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		var got bool
		if err := rows.Scan(&text, &got); err != nil {
			t.Fatal(err)
		}
		if want := re.MatchString(text); got != want {
			t.Errorf("%q on %q: Postgres says %v, Go %v\n%s", p, text, got, want, rule.SQL)
		}
	}
	if err := rows.Err(); err != nil {
		t.Errorf("%q: %v\n%s", p, err, rule.SQL)
	}
}

// goQuote writes a text as a literal of the rule language.
func goQuote(s string) string { return "`" + strings.ReplaceAll(s, "`", "``") + "`" }

// TestRandomPatterns tries patterns that nobody thought of.
func TestRandomPatterns(t *testing.T) {
	conn := connect(t)
	e := expression.Env{Columns: []expression.Column{{Name: "t", Type: typ(t, "text")}}}
	pieces := []string{"a", "b", "é", "x", "_", "1", ".", "^", "$", `\b`, `\B`, `\w`, `\d`, `\s`, `\W`, "[a-c]", "[^a]", `[^\n]`, "(a|b)", "(?:ab)", "*", "+", "?", "{2}", "{0,2}", "|", "(?i)", "(?s)", "(?m)", `\A`, `\z`, `\n`, `\.`, "(", ")", `\pL`, "-", "]"}
	letters := []string{"a", "b", "A", "é", "x", "_", "1", "\n", " ", ".", "-", "ab", "c"}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	pick := func(from []string, most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteString(from[r.IntN(len(from))])
		}
		return b.String()
	}
	for range 400 {
		var tried []string
		for range 20 {
			tried = append(tried, pick(letters, 8))
		}
		p := pick(pieces, 8)
		if _, err := regexp.Compile(p); err == nil {
			comparePattern(t, conn, e, p, tried)
		}
	}
}

func TestAggregates(t *testing.T) {
	conn, e := connect(t), env(t)
	texts := []map[string]string{{"i": "1", "t": "a", "f": "NaN", "n": "NaN", "l": "9223372036854775807", "d": "2024-01-01", "b": "true", "c": "x"},
		{"i": "2", "t": "B", "f": "0.1", "n": "0.5", "l": "9223372036854775807", "d": "2024-03-01", "b": "false", "c": "x "},
		{"i": "2", "t": "é", "f": "0.2", "b": "true"}, {}}
	rows := from(e, texts...)
	for _, tc := range []struct{ rule, where, want string }{
		{`row_count() == 4`, ``, "true"},
		{`row_count() == 2`, `b`, "true"},
		{`count(i) == 3 and count_distinct(i) == 2 and count_distinct(c) == 1`, ``, "true"},
		{`count_distinct(f) == 2 and count(n) == 1`, ``, "true"},
		{`sum(l) == 18446744073709551614.0`, ``, "true"},
		{`sum(l) + sum(l) * sum(l) > 0`, ``, "true"},
		{`sum(f) == 0.3`, ``, "true"},
		{`mean(i) > 1.66 and mean(i) < 1.67`, ``, "true"},
		{`min(t) == "B" and max(t) == "é"`, ``, "true"},
		{`min(d) == date("2024-01-01") and max(d) - min(d) == 60`, ``, "true"},
		{`max(f) == 0.2 and min(n) == 0.5`, ``, "true"},
		{`sum(i) > 0`, `i > 100`, "unknown"},
		{`row_count() == 0`, `i > 100`, "true"},
		{`mean(i) / row_count() > 0`, `i > 100`, "unknown"},
		{`row_count() >= least`, ``, "true"},
		{`count_distinct(lower(t)) == 3 and sum(i * i) == 9`, ``, "true"},
		{`min(count(i), row_count()) == 3`, ``, "true"},
	} {
		rule, faults, whereFaults := expression.CompileRule(tc.rule, tc.where, e)
		if rule.SQL == "" {
			t.Errorf("%s: %v %v", tc.rule, faults, whereFaults)
			continue
		}
		var got *bool
		if err := conn.QueryRow(context.Background(), "SELECT "+bind(t, rule.SQL)+rows).Scan(&got); err != nil {
			t.Errorf("%s: %v\n%s", tc.rule, err, rule.SQL)
		} else if verdict(got) != tc.want {
			t.Errorf("%s where %s is %s, want %s\n%s", tc.rule, tc.where, verdict(got), tc.want, rule.SQL)
		}
		if in, _, err := rule.Program.JudgeAll(inMemory(t, e, texts...), bound(t)); err != nil || in.String() != tc.want {
			t.Errorf("%s where %s is %v in memory (%v), want %s", tc.rule, tc.where, in, err, tc.want)
		}
	}
}

func TestValues(t *testing.T) {
	conn, e := connect(t), env(t)
	if _, err := conn.Exec(context.Background(), "SET TIME ZONE 'UTC'"); err != nil { // stamps are shown in it
		t.Fatal(err)
	}
	e.FileName = true
	text := map[string]string{"i": "70000", "s": "7", "l": "9223372036854775807", "n": "123456789.987", "m": "12.34", "f": "1e300", "g": "0.1", "t": " héllo ",
		"u": "2024-02-29", "c": "ab", "b": "true", "d": "2024-02-29", "ts": "2024-02-29 23:30:00", "tz": "2024-02-29 23:30:00+00", "id": "00000000-0000-0000-0000-000000000001"}
	rows := from(e, text)
	for _, tc := range []struct{ text, typ, want string }{
		{`i`, "smallint", "NULL"}, {`s`, "smallint", "7"}, {`i`, "integer", "70000"}, {`l`, "integer", "NULL"}, {`l + 1`, "bigint", "NULL"}, {`l - 1`, "bigint", "9223372036854775806"},
		{`i * s`, "integer", "490000"}, {`round(n)`, "integer", "123456790"}, {`n`, "numeric(10,2)", "NULL"}, {`n`, "numeric(12,2)", "123456789.99"}, {`m / 3`, "numeric(10,4)", "4.1133"},
		{`m`, "numeric(10,2)", "12.34"}, {`f`, "numeric(10,2)", "NULL"}, {`f`, "real", "NULL"}, {`g`, "double precision", "0.1"}, {`f * f`, "double precision", "NULL"}, {`f * 2`, "double precision", "2e+300"},
		{`1 / f / f`, "double precision", "0"}, {`g * 3`, "real", "0.3"}, {`i / s`, "double precision", "10000"}, {`m`, "double precision", "12.34"}, {`trim(t)`, "text", "héllo"}, {`t`, "varchar(3)", "NULL"},
		{`trim(t)`, "varchar(5)", "héllo"}, {`upper(c) + "-"`, "char(5)", "AB-  "}, {`date(u)`, "date", "2024-02-29"}, {`date(t)`, "date", "NULL"}, {`d + 1`, "date", "2024-03-01"}, {`d`, "timestamptz", "2024-02-29 00:00:00+00"},
		{`ts`, "timestamptz", "2024-02-29 23:30:00+00"}, {`tz`, "timestamp", "2024-02-29 23:30:00"}, {`d`, "timestamp", "2024-02-29 00:00:00"}, {`date(tz)`, "date", "2024-02-29"}, {`nil`, "integer", "NULL"}, {`not b`, "boolean", "false"},
		{`file_name()`, "text", "data/a.csv"}, {`number("1.50")`, "numeric", "1.50"}, {`number(t)`, "numeric", "NULL"}, {`region`, "text", "north"}, {`i > 1`, "boolean", "true"}, {`as_of`, "date", "2024-01-31"}, {`i ** 9999`, "numeric", "NULL"},
		{`split(trim(t), "l")`, "text[]", "{hé,\"\",o}"}, {`[c, nil]`, "text[]", "{ab,NULL}"}, {`add_months(d, 12)`, "date", "2025-02-28"}, {`sqrt(i)`, "numeric(10,3)", "264.575"}, {`total(i, s)`, "integer", "70007"}, {`text(m)`, "text", "12.34"},
		{`id`, "uuid", "00000000-0000-0000-0000-000000000001"}, {`b ? m : nil`, "numeric(4,1)", "12.3"}, {`least`, "smallint", "3"}, {`round(number("2.5"))`, "integer", "3"},
	} {
		want := typ(t, tc.typ)
		v, faults := expression.CompileValue(tc.text, e, want)
		if v.SQL == "" {
			t.Errorf("%s: %v", tc.text, faults)
			continue
		}
		var got, gotType string
		sql := "SELECT coalesce(v::text, 'NULL'), pg_typeof(v)::text FROM (SELECT " + bind(t, v.SQL) + " AS v" + rows + ") x"
		if err := conn.QueryRow(context.Background(), sql).Scan(&got, &gotType); err != nil {
			t.Errorf("%s: %v\n%s", tc.text, err, v.SQL)
			continue
		}
		bare, _, _ := strings.Cut(want.Name, "(")
		if strings.TrimRight(got, " ") != strings.TrimRight(tc.want, " ") || gotType != bare {
			t.Errorf("%s as %s is %s (%s), want %s\n%s", tc.text, tc.typ, got, gotType, tc.want, v.SQL)
		}
		in, err := v.Program.Compute(inMemory(t, e, text)[0], bound(t))
		if text := expression.FormatDatum(in, want); err != nil || text != strings.TrimRight(tc.want, " ") {
			t.Errorf("%s as %s is %s in memory (%v), want %s", tc.text, tc.typ, text, err, tc.want)
		}
	}
}

func TestValueFaults(t *testing.T) {
	for _, tc := range []struct{ text, typ, want string }{
		{`n`, "integer", `E403 [n] the column is of type integer, and this is a number (write round(...) or floor(...))`},
		{`t`, "integer", `E403 [t] the column is of type integer, and this is text (write round(number(...)))`},
		{`tz`, "date", `E403 [tz] the column is of type date, and this is of type timestamp with time zone (write date(...))`},
		{`i`, "text", `E403 [i] the column is of type text, and this is a whole number`},
		{`jb.a`, "text", `E403 [jb.a] the column is of type text, and this is of type jsonb (write text(...), number(...) or bool(...))`},
		{`sum(i)`, "integer", `E403 [sum(i)] a value is computed from one row, so it cannot hold an aggregate`},
		{`xx`, "text", `E402 [xx] unknown name "xx" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
	} {
		v, faults := expression.CompileValue(tc.text, env(t), typ(t, tc.typ))
		if got := show(tc.text, faults); got != tc.want || v.SQL != "" {
			t.Errorf("got  %s\nwant %s", got, tc.want)
		}
	}
}

// TestExamples runs the example of every function.
func TestExamples(t *testing.T) {
	conn := connect(t)
	var columns []expression.Column
	for _, c := range [][2]string{{"row", "integer"}, {"code", "text"}, {"amount", "numeric"}, {"count", "integer"}, {"day", "date"}, {"at", "timestamp"}, {"seen", "timestamptz"}, {"info", "jsonb"}, {"tags", "text[]"}} {
		columns = append(columns, expression.Column{Name: c[0], Type: typ(t, c[1])})
	}
	customers := expression.Relation{Name: "customers", Key: []string{"code"}, Columns: columns}
	e := expression.Env{Columns: columns, Params: env(t).Params, Key: []string{"row"}, Tables: []expression.Relation{customers}, Snapshots: []expression.Relation{customers}}
	p := place{env: e, rows: []map[string]string{{"row": "1", "code": "a"}}, order: `r."row"`}
	for _, f := range expression.Functions() {
		if f.Doc == "" || f.Example == "" || !strings.Contains(f.Example, f.Name+"(") {
			t.Errorf("%s has no documentation or example", f.Signature())
		}
		p.env.FileName = f.ValueOnly
		rule, faults, _ := expression.CompileRule(f.Example, "", p.env)
		faults = slices.DeleteFunc(faults, func(f expression.Fault) bool { return f.Severity == diag.Info })
		if len(faults) > 0 && !f.ValueOnly || rule.Aggregate != f.Aggregate {
			t.Errorf("%s: %v", f.Example, faults)
			continue
		}
		if got := p.ask(t, conn, f.Example, ""); got != "true" && got != "false" && got != "unknown" {
			t.Errorf("%s: %s", f.Example, got)
		}
	}
}
