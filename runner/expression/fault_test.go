package expression_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
)

// show writes faults with the part of the text that each covers.
func show(text string, faults []expression.Fault) string {
	var out []string
	runes := []rune(text)
	for _, f := range faults {
		line := fmt.Sprintf("%s [%s] %s", f.ID, string(runes[f.From:f.To]), f.Message)
		if f.Hint != "" {
			line += " (" + f.Hint + ")"
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// grave drops what is only for information.
func grave(faults []expression.Fault) []expression.Fault {
	return slices.DeleteFunc(faults, func(f expression.Fault) bool { return f.Severity == diag.Info })
}

func TestFaults(t *testing.T) {
	for _, tc := range []struct{ rule, want string }{
		{``, `E401 [] the rule is empty`},
		{`i = 3`, `E401 [=] "=" does not compare (write "==")`},
		{`i <> 3`, `E401 [<>] "<>" is SQL (write "!=")`},
		{`i is null`, `E401 [is null] "is null" is SQL (write "i == nil")`},
		{`i IS NOT NULL`, `E401 [IS NOT NULL] "IS NOT NULL" is SQL (write "i != nil")`},
		{`i between 1 and 10`, `E401 [between] "between" is SQL (write "1 <= i <= 10")`},
		{`t like 'a%'`, `E401 [like] "like" is SQL (write t startsWith "a")`},
		{`i > 1 AND i < 3`, `E401 [AND] "AND" is SQL (write "and")`},
		{`i in (1, 2)`, `E401 [(1, 2)] a list stands in square brackets (write [1, 2])`},
		{`count(*) > 3`, `E401 [count(*)] "count(*)" is SQL (write row_count())`},
		{`t == 'it''s'`, `E401 ['it''s'] two quotes do not make one (write \' inside '...', or quote the text with "...")`},
		{`i::text == "a"`, `E401 [::text] "::" is SQL (there are no casts; write text(i) if it is not text already)`},
		{`i > `, `E401 [>] nothing stands behind ">"`},
		{`i >`, `E401 [>] nothing stands behind ">"`}, {`i +`, `E401 [+] nothing stands behind "+"`}, {`1 < i <`, `E401 [<] nothing stands behind "<"`},
		{`i > )`, `E401 [)] ")" closes nothing`},
		{`t == "abc`, `E401 ["abc] the text has no closing quote`},
		{`2B > 3`, `E401 [2B] bad number "2B" (write the column as $env["2B"])`},
		{`i > 9223372036854775808`, `E401 [9223372036854775808] the whole number does not fit into 64 bits (write it with a point and a zero: 1.0)`},
		{`i ?? 0 >= 0`, `E401 [>=] ?? cannot be mixed with other operators (write parentheses: (a ?? b) >= 0)`},
		{`tt == u and ii > 2`, "E402 [tt] unknown name \"tt\" (did you mean \"t\"? columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)\n" +
			`E402 [ii] unknown name "ii" (did you mean "i"? columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`i == NULL`, `E402 [NULL] unknown name "NULL" (write nil)`},
		{`monthly-fee > 3`, "E402 [monthly-fee] \"monthly-fee\" is not written bare (write the column as $env[\"monthly-fee\"])\n" +
			`E402 [fee] unknown name "fee" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`params.asof == d`, `E402 [params.asof] unknown parameter "asof" (did you mean "as_of"? parameters: as_of, least, i, share, region, strict)`},
		{`lenn(t) > 3`, `E402 [lenn(t)] unknown function "lenn" (did you mean "len"?)`},
		{`lenght(t) > 3`, `E402 [lenght(t)] unknown function "lenght" (write len(x))`},
		{`length(t) > 3`, `E402 [length(t)] unknown function "length" (write len(x))`},
		{`t == 5`, `E403 [t == 5] cannot compare "t" (text) with 5 (write number(t))`},
		{`i == "5"`, `E403 [i == "5"] cannot compare "i" (integer) with the text "5" (a number is written without quotes)`},
		{`d > "2024-01-31"`, `E403 [d > "2024-01-31"] cannot compare "d" (date) with the text "2024-01-31" (write date("2024-01-31"))`},
		{`d > 2024-01-31`, `E403 [d > 2024-01-31] cannot compare "d" (date) with "2024-01-31" (integer) (write date("2024-01-31"))`},
		{`"i" > 3`, `E403 ["i" > 3] cannot compare the text "i" with 3 (text stands in quotes; write the column as i)`},
		{`t =~ "a"`, `E401 [=~] "=~" is Perl (write "matches")`},
		{`t !~ "a"`, `E401 [!~] "!~" is SQL (write "not matches")`},
		{"i\u200b > 1", "E401 [\u200b] the character U+200B, which is not seen (remove it)"},
		{`count() > 3`, `E401 [count()] count() needs an argument (write count(x))`},
		{`share(i > 3) > 90%`, `E401 [%] nothing stands behind "%" (a share is a number from 0 to 1, such as 0.9)`},
		{`{{ i }} > 3`, `E401 [{] there are no maps and no templates (write a name without braces)`},
		{`"abc"`, `E404 ["abc"] a rule must be true or false; this is text (compare it with a column)`},
		{`tz - 1 > d`, `E403 [tz - 1] cannot compute a value of type timestamp with time zone - a whole number (whole days are added to a date)`},
		{`is_date(t, "YYYY-MM-DD")`, `E407 ["YYYY-MM-DD"] the format has no part that begins with % (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`t | upper == "A"`, `E401 [upper] behind | stands a call (write "upper()")`},
		{`i > 3 where b`, `E401 [where] unexpected "where" (which rows are judged says the key where: beside rule:)`},
		{`a contains "x"`, `E403 [a] contains needs text on both sides, and this is of type text[] (write "x" in a)`},
		{`b == 1`, `E403 [b == 1] cannot compare "b" (boolean) with 1 (a boolean is compared with true or false)`},
		{`i > nil`, `E403 [i > nil] nil is neither less nor greater than anything (ask "x == nil" or "x != nil")`},
		{`(i + t) * 2 > 0 or b > true`, "E403 [i + t] cannot compute a whole number + text (write number(t) to add, or text(i) to join)\nE403 [b > true] \">\" does not order values of type boolean"},
		{`not i == 5`, `E403 [not i] not needs a condition, and this is a whole number (not binds tighter than other operators: write not (...))`},
		{`t || u`, "E403 [t] \"||\" needs conditions, and this is text (texts are joined with \"+\")\nE403 [u] \"||\" needs conditions, and this is text (texts are joined with \"+\")"},
		{`n in 1..10`, `E403 [n in 1..10] a range holds whole numbers, and "n" is a number (write "1 <= n <= 10")`},
		{`i in 0.5..10`, `E403 [0.5..10] a range goes from one whole number to another, and "0.5" is a number (write "0.5 <= i <= 10")`},
		{`len(i) > 2 and upper(t, u) == "x"`, "E403 [len(i)] len() cannot be asked of \"i\" (integer) (write text(i))\nE403 [upper(t, u)] upper() does not take these arguments (write upper(text))"},
		{`j == j`, `E403 [j == j] Postgres cannot compare values of type json (declare the column jsonb)`},
		{`"a" in t`, `E403 [t] in needs a list or a range, and this is text (for a part of a text write "x contains y")`},
		{`count(i) > i`, `E403 [i] "i" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`sum(count(i)) > 1`, `E403 [count(i)] an aggregate cannot stand inside of another`},
		{`count(i > 3) > 1`, `E403 [count(i > 3)] count() counts what is not nil, so it counts a condition that is false too (write row_count() and put the condition into "where")`},
		{`i + 1`, `E404 [i + 1] a rule must be true or false; this is a whole number (compare it with something, such as "i + 1 != nil")`},
		{`true`, `E406 [true] this rule is always true`},
		{`1 < 2`, `E406 [1 < 2] this rule mentions no column, so it says the same of every row`},
		{`i == i and n < n`, "E406 [i == i] both sides are the same, so this is always true\nE406 [n < n] both sides are the same, so this is always false"},
		{`i in []`, `E406 [i in []] the list is empty, so nothing is in it`},
		{`t matches "["`, "E407 [\"[\"] the pattern cannot be read: missing closing ]: `[`"},
		{`t matches "(?=a)b"`, "E407 [\"(?=a)b\"] the pattern cannot be read: invalid or unsupported Perl syntax: `(?=` (patterns are RE2, which has no looking ahead: join two rules with and)"},
		{`d > date("2024-02-30")`, `E407 [date("2024-02-30")] "2024-02-30" is not a date (there is no such day)`},
		{`i / 0 > 1 or i % 0.0 == 1`, "E407 [i / 0] division by zero: this is never known\nE407 [i % 0.0] division by zero: this is never known"},
		{`i in 10..1`, `X451 [10..1] the range is empty: 10 is more than 1 (write 1..10)`},
		{`t matches u`, `E408 [u] the pattern of matches must be a text in quotes (write the pattern out)`},
		{`t matches "^(a{1000}b{1000}){2}$"`, `E407 ["^(a{1000}b{1000}){2}$"] the pattern cannot be read: invalid repeat count: ` + "`{2}`"},
		{`t matches "a{1000}b{1000}c{1000}"`, `E408 ["a{1000}b{1000}c{1000}"] the pattern is too great for Postgres (check the length with len() instead of a long repetition)`},
		{`d.Year() == 2024`, `E408 [d.Year()] there is no method "Year" (write year(d))`},
		{`all([1, 2], # > i)`, `E408 [all([1, 2], # > i)] all() is not available in rules (name what must hold of each: a > 0 and b > 0)`},
		{`i in {a: 1}`, `E408 [{a: 1}] there are no maps (write a list: x in [a, b])`},
		{`file_name() == t`, `E408 [file_name()] file_name() is known only while a file is read (compute a column with value: and judge that)`},
		{`d < now()`, `E409 [now()] now() changes from run to run (use a parameter of the run, such as as_of)`},
		{`f == 0.3`, `E410 [f == 0.3] floats are compared for equality (write abs(f - 0.3) < 0.000001, or declare the column numeric)`},
		{`f == 3`, ``},
		{`t in ["a", 1, "b", true]`, "E411 [1] the list mixes texts and numbers\nE411 [true] the list mixes texts and booleans"},
		{`i in [1, 2, 1.0]`, `E411 [1.0] 1.0 is in the list twice (remove it)`},
		{strings.Repeat("(", 300) + "b" + strings.Repeat(")", 300), `E412 [` + strings.Repeat("(", 300) + "b" + strings.Repeat(")", 300) + `] the rule has more than 200 brackets inside each other`},
		{`count`, `E404 [count] a rule must be true or false; this is a whole number (compare it with something, such as "count != nil")`},
		{`(b ? 1 : "a") == 1`, `E403 [b ? 1 : "a"] both values must be of one type; these are a whole number and text`},
		{`(if b { 1 } else { "a" }) == 1`, `E403 [if b { 1 } else { "a" }] both values must be of one type; these are a whole number and text`},
		{`häß > "ü" and len((2)) > 1`, "E403 [häß > \"ü\"] cannot compare \"häß\" (integer) with the text \"ü\" (a number is written without quotes)\nE403 [len((2))] len() cannot be asked of 2 (write len(text) or len(array) or len(json))"},
		{"t == \"a\\x00\"", "E407 [\"a\\x00\"] text in Postgres cannot hold a NUL character"},
		{"\xff == 1", "E401 [\uFFFD == 1] the text of the rule is not UTF-8 (save the file as UTF-8)"},
		{`sum(t) > 3`, `E403 [sum(t)] sum() cannot be asked of "t" (text) (write number(t))`},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

func TestAccessFaults(t *testing.T) {
	for _, tc := range []struct{ rule, want string }{
		{`count(i, # > 3) > 1`, `E408 [# > 3] there are no closures: a rule sees one row, not the elements of an array (put the condition into "where", or write "x in array")`},
		{`all(a, # == "x")`, `E408 [all(a, # == "x")] all() is not available in rules (name what must hold of each: a > 0 and b > 0)`},
		{`filter(a, {# == "x"}) == a`, `E408 [filter(a, {# == "x"})] filter() is not available in rules (a rule looks at rows: put the condition into "where")`},
		{`a | map(.x) == a`, `E408 [a | map(.x)] map() is not available in rules (write the operation itself: a rule sees one row)`},
		{`# > 3`, `E401 [#] there are no closures: # is nothing in a rule (name the column)`},
		{`sum(a, #) > 1`, `E408 [#] there are no closures: a rule sees one row, not the elements of an array (put the condition into "where", or write "x in array")`},
		{`d.AddDate(0, 1, 0) > d`, `E408 [d.AddDate(0, 1, 0)] there is no method "AddDate" (write add_months(d))`},
		{`t.foo() == "x"`, `E408 [t.foo()] there is no method "foo"`},
		{`jb.a.length() > 1`, `E408 [jb.a.length()] there is no method "length" (write len(jb.a))`},
		{`{a: 1} == i`, `E408 [{a: 1}] there are no maps (write a list: x in [a, b])`},
		{`b"abc" == t`, `E408 [b"abc"] there are no byte literals (write text without the b)`},
		{`i > 1; i < 3`, `E408 [i > 1; i < 3] one rule is one expression (join conditions with "and")`},
		{`now() > ts`, `E409 [now()] now() changes from run to run (use a parameter of the run, such as as_of)`},
		{`d > today()`, `E409 [today()] today() changes from run to run (use a parameter of the run, such as as_of)`},
		{`keys(jb) == a`, `E408 [keys(jb)] keys() is not available in rules (write "key in doc")`},
		{`float(t) > 1`, `E408 [float(t)] float() is not available in rules (write number(x))`},
		{`string(i) == "1"`, `E408 [string(i)] string() is not available in rules (write text(x))`},
		{`date(t, "%d.%m") == d`, `E407 ["%d.%m"] the format "%d.%m" does not say year, month and day (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`date(t, "%Q") == d`, `E407 ["%Q"] %Q is not understood in a format (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`date(t, u) == d`, `E408 [u] the format of date() must be a text in quotes (write it out)`},
		{`date(t, region) == d`, `E408 [region] the format of date() must be a text in quotes (write it out)`},
		{`is_date(t, "")`, `E407 [""] the format is empty (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`is_date(t, "%d %d")`, `E407 ["%d %d"] the format asks for %d twice (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`is_date(t, "%")`, `E407 ["%"] the format ends in % (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`is_date(t, "%b %m")`, `E407 ["%b %m"] the format asks for %m twice (write %Y or %y, %m, %b or %B, and %d; also %H %I %p %M %S %f %z %a %A %%)`},
		{`repeat(t, n) == "x"`, `E403 [repeat(t, n)] repeat() cannot be asked of "n" (numeric) (write repeat(text, n))`},
		{`repeat(t, 2.5) == "x"`, `E403 [repeat(t, 2.5)] repeat() cannot be asked of 2.5 (write repeat(text, n))`},
		{`join(ia, ",") == "1"`, `E403 [join(ia, ",")] join() cannot be asked of "ia" (integer[]) (write join(array, separator))`},
		{`split(a, ",") == a`, `E403 [split(a, ",")] split() cannot be asked of "a" (text[]) (write split(text, separator))`},
		{`year(t) == 2024`, `E403 [year(t)] year() cannot be asked of "t" (text) (write date(t))`},
		{`text(j) == "x"`, `E403 [text(j)] text() cannot be asked of "j" (json) (declare the column jsonb)`},
		{`json_type(t) == "x"`, `E403 [json_type(t)] json_type() cannot be asked of "t" (text) (write json_type(json))`},
		{`all_different(i, t)`, `E403 [all_different(i, t)] cannot compare "i" (integer) with "t" (text) (write number(t))`},
		{`all_different(i)`, `E403 [all_different(i)] all_different() does not take one argument (write all_different(x, x, ...))`},
		{`concat(t, i) == "x"`, `E403 [concat(t, i)] concat() cannot be asked of "i" (integer) (write text(i))`},
		{`concat(t) == "x"`, `E403 [concat(t)] concat() does not take one argument (write concat(text, part, ...))`},
		{`hour(d) == 1`, `E403 [hour(d)] hour() cannot be asked of "d" (date) (write hour(time))`},
		{`add_months(d, 1.5) > d`, `E403 [add_months(d, 1.5)] add_months() cannot be asked of 1.5 (write add_months(date, n) or add_months(time, n))`},
		{`sqrt(t) > 1`, `E403 [sqrt(t)] sqrt() cannot be asked of "t" (text) (write number(t))`},
		{`int(d) > 1`, `E403 [int(d)] int() cannot be asked of "d" (date) (write int(number) or int(text))`},
		{`days_between(d, t) > 1`, `E403 [days_between(d, t)] days_between() cannot be asked of "t" (text) (write date(t))`},
		{`min(jb.a) > 3`, `E403 [min(jb.a)] min() cannot be asked of "jb.a" (jsonb) (write number(jb.a) or text(jb.a))`},
		{`like(t, 5)`, `E403 [like(t, 5)] like() cannot be asked of 5 (write like(text, pattern))`},
		{`count_nil(nil, i) == 1`, `E403 [count_nil(nil, i)] count_nil() cannot be asked of "nil" (unknown) (write count_nil(x, x, ...))`},
		{`blank(i)`, `E403 [blank(i)] blank() cannot be asked of "i" (integer) (write text(i))`},
		{`first(t) == "x"`, `E403 [first(t)] first() cannot be asked of "t" (text) (write first(array))`},
		{`let i = 2; i > 1`, `E413 [i] "i" is the name of a column already (call it i_2)`},
		{`let region = "a"; t == region`, `E413 [region] "region" is the name of a parameter already (call it region_2)`},
		{`let params = 2; i > 1`, "E413 [params] \"params\" is the name of a parameter already (call it params_2)\nE413 [params] \"params\" is never used (remove it)"},
		{`let x = i; let x = s; x > 1`, "E413 [x] \"x\" is never used (remove it)\nE413 [x] \"x\" is the name of another let already (call it x_2)"},
		{`let x = i; let y = i; y > 2`, `E413 [x] "x" is never used (remove it)`},
		{`let x = ii; x > 2`, `E402 [ii] unknown name "ii" (did you mean "i"? columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`let x = i + t; x > 2 and x < 3`, `E403 [i + t] cannot compute a whole number + text (write number(t) to add, or text(i) to join)`},
		{`let x = sum(i); sum(x) > 2`, `E403 [x] an aggregate cannot stand inside of another, and "x" holds one`},
		{`let x = i; sum(x) > x`, `E403 [i] "i" stands outside of an aggregate: a rule judges either each row or all of them (put it inside of an aggregate, or write two rules)`},
		{`let x = i; sum(x) > 2`, ``},
		{`(let x = i; x > 1) and x > 2`, `E402 [x] unknown name "x" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`let x = 1; i > 2; x > 2`, `E408 [i > 2; x > 2] one rule is one expression (join conditions with "and")`},
		{`[i, t] in [[1, "x"], [2]]`, `E411 [[2]] each element must be a list of 2 values, as on the left (write one of [[...], [...]] per combination)`},
		{`[i, t] in [[1, "x"], 2]`, `E411 [2] each element must be a list of 2 values, as on the left (write one of [[...], [...]] per combination)`},
		{`[i, t] in [["x", 1]]`, "E403 [\"x\"] cannot compare \"i\" (integer) with the text \"x\" (a number is written without quotes)\nE403 [1] cannot compare \"t\" (text) with 1 (write number(t))"},
		{`[] in [[]]`, `E411 [[]] the list is empty (write the columns in it)`},
		{`[i, t] in []`, "E406 [[i, t] in []] the list is empty, so nothing is in it\nE406 [[i, t] in []] this rule is always false"},
		{`["a", "b"] in a`, `E403 [["a", "b"]] one value is looked for at a time (write "a in x and b in x")`},
		{`a["x"] == "y"`, `E403 ["x"] an element of an array is asked for by its place, and this is text (the first one is [0], the last one [-1])`},
		{`a[n] == "y"`, `E403 [n] an element of an array is asked for by its place, and this is a number (the first one is [0], the last one [-1])`},
		{`a.x == "y"`, `E403 [x] an element of an array is asked for by its place, and this is text (the first one is [0], the last one [-1])`},
		{`t.x == "y"`, `E408 [t.x] "t" (text) has no parts (a text is cut with [from:to]: the first character is text[0:1])`},
		{`t[0] == "y"`, `E408 [t[0]] "t" (text) has no parts (a text is cut with [from:to]: the first character is text[0:1])`},
		{`d.year == 2024`, `E408 [d.year] "d" (date) has no parts (write year(x), month(x) or another function of dates)`},
		{`i?.x == 2024`, `E408 [i?.x] "i" (integer) has no parts`},
		{`j.a == 1`, `E408 [j.a] "j" (json) has no parts (declare the column jsonb: Postgres takes only that apart without failing on some rows)`},
		{`jb[n] == 1`, `E403 [n] a part of a JSON value has a key or a place, and this is a number (write doc["key"] or doc[0])`},
		{`jb.a == d`, `E403 [jb.a == d] cannot compare "jb.a" (jsonb) with "d" (date) (write date(jb.a))`},
		{`jb.a < jb.b`, `E403 [jb.a < jb.b] "<" does not order values of type jsonb (write number(jb.a) or text(...))`},
		{`jb.a in 1..2`, `E403 [jb.a in 1..2] a range holds whole numbers, and "jb.a" is a number (write "1 <= jb.a <= 2")`},
		{`5 in jb`, `E403 [jb] in needs a list or a range, and this is of type jsonb (only a text is looked for in a JSON value: among its keys, or the texts of an array)`},
		{`"k" in j`, `E403 [j] in needs a list or a range, and this is of type json (declare the column jsonb)`},
		{`5 in a`, `E403 [5 in a] cannot look for 5 in an array of texts`},
		{`d in ia`, `E403 [d in ia] cannot look for "d" (date) in an array of numbers`},
		{`nil in a`, `E403 [nil in a] nil is looked for in an array (write "x == nil")`},
		{`a == ia`, `E403 [a == ia] cannot compare "a" (text[]) with "ia" (integer[])`},
		{`a == "x"`, `E403 [a == "x"] cannot compare "a" (text[]) with the text "x" (write ""x" in a")`},
		{`a < a[1:]`, `E403 [a < a[1:]] "<" does not order values of type text[]`},
		{`a[t:2] == a`, `E403 [t] a slice goes from one place to another, and this is text`},
		{`i[0:2] == 1`, `E403 [i[0:2]] a slice is taken of a text or an array, and "i" (integer) is neither`},
		{`[[1], [2]] == a`, "E411 [[1]] a list cannot hold bigint[] values\nE411 [[2]] a list cannot hold bigint[] values"},
		{`[1, "a"][0] == 1`, `E411 ["a"] the list mixes numbers and texts`},
		{`jb.a == ["x"]`, `E403 [jb.a == ["x"]] cannot compare "jb.a" (jsonb) with "["x"]" (array)`},
		{`tt.a == 1`, `E402 [tt] unknown name "tt" (did you mean "t"? columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`params.a.b == 1`, `E402 [params.a] unknown parameter "a" (parameters: as_of, least, i, share, region, strict)`},
		{`$env[t] == 1`, `E408 [$env[t]] the name of a column must be written out (write $env["column"])`},
		{`$env.foo == 1`, `E402 [$env.foo] unknown name "foo" (columns: i, s, l, n, m, f, g, t, u, c, b, d, ...)`},
		{`$env == 1`, `E408 [$env] the row as a whole has no value (write a column by its name, or $env["name"] when that is odd)`},
		{`"t" in $env`, `E408 [$env] the row as a whole has no value (write a column by its name, or $env["name"] when that is odd)`},
	} {
		_, faults, _ := expression.CompileRule(tc.rule, "", env(t))
		if got := show(tc.rule, faults); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.rule, got, tc.want)
		}
	}
}

func TestWhereFaults(t *testing.T) {
	const where = "sum(i) > 3"
	r, rule, faults := expression.CompileRule("i > x", where, env(t))
	if len(rule) != 1 || rule[0].ID != "E402" || r.SQL != "" {
		t.Errorf("rule: %+v", rule)
	}
	if got, want := show(where, faults), `E403 [sum(i)] "where" selects rows, so it cannot hold an aggregate (write a rule of its own about the batch)`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLongRules makes sure that long and deep texts are refused instead of exhausting something.
func TestLongRules(t *testing.T) {
	for name, rule := range map[string]string{
		"unary":     strings.Repeat("!", 9000) + "b",
		"minus":     strings.Repeat("-", 9000) + "i > 1",
		"sum":       strings.Repeat("i+", 4000) + "i > 1",
		"power":     strings.Repeat("i**", 3000) + "i > 1",
		"ternary":   strings.Repeat("b?b:", 2000) + "b",
		"if":        strings.Repeat("if b {b} else ", 600) + "{b}",
		"brackets":  strings.Repeat("[", 9000),
		"too long":  strings.Repeat("b or ", 3000) + "b",
		"repeating": strings.Repeat("min(1,", 100) + "i" + strings.Repeat(")", 100) + " > 1",
		"nested in": strings.Repeat("(", 60) + "b" + strings.Repeat(" in [true, nil])", 60),
		"not":       strings.Repeat("not ", 2000) + "b",
		"members":   "b" + strings.Repeat(".b", 4000),
		"calls":     strings.Repeat("len(", 190) + "t" + strings.Repeat(")", 190) + " > 1 and " + strings.Repeat("b?.b", 100),
	} {
		_, faults, _ := expression.CompileRule(rule, "", env(t))
		if len(faults) == 0 {
			t.Errorf("%s: no fault", name)
		}
		for _, f := range faults {
			if f.From < 0 || f.To < f.From || f.To > len([]rune(rule)) {
				t.Errorf("%s: fault out of range: %+v", name, f)
			}
		}
	}
	for _, deep := range []string{strings.Repeat("(", 150) + "i" + strings.Repeat("+1)", 150) + " > 1", strings.Repeat("(", 60) + "b" + strings.Repeat(" in [true])", 60), strings.Repeat("abs(-", 90) + "m" + strings.Repeat(")", 90) + " > 1"} {
		if r, faults, _ := expression.CompileRule(deep, "", env(t)); len(faults) > 0 || len(r.SQL) > 5000 {
			t.Errorf("deep but not long is fine: %v, %d bytes", faults, len(r.SQL))
		}
	}
	if rule, faults, _ := expression.CompileRule(strings.Repeat("b or ", 1500)+"b", "", env(t)); rule.SQL == "" {
		t.Errorf("a long chain of or is fine: %v", faults)
	}
}

// FuzzCompile feeds anything: no panic, and every fault inside of the text.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{"i > 1", "t matches '('", "i in [1, nil]", "sum(i) > count(b)", "if b {i} else {n} > 2", "a ?? b ?. c[1:]", "\xff\x00", "// x", "/*", "#", "let a=1;a"} {
		f.Add(s)
	}
	for _, tc := range repaired {
		f.Add(tc.rule)
	}
	f.Fuzz(func(t *testing.T, text string) { tryText(t, text) })
}

func tryText(t *testing.T, text string) {
	e := env(t)
	n := len([]rune(text))
	rule, a, b := expression.CompileRule(text, text, e)
	_, c := expression.CompileValue(text, e, typ(t, "numeric(10,2)"))
	errors := false
	for _, f := range append(append(a, b...), c...) {
		if f.From < 0 || f.To < f.From || f.To > n || f.ID == "" || f.Name == "" || f.Message == "" {
			t.Errorf("%q: %+v", text, f)
		}
		errors = errors || f.Severity == 0
	}
	if !errors && rule.SQL == "" {
		t.Errorf("%q: neither SQL nor a fault", text)
	}
}

// TestNoise throws random pieces of the language together, since a fuzzer does not run in every build.
func TestNoise(t *testing.T) {
	pieces := strings.Split(`i|n|f|t|b|d|1|0.5|"a"|nil|true|+|-|*|/|%|**|==|!=|<|<=|and|or|not|in|..|??|?|:|(|)|[|]|{|}|,|;|.|?.|len|min|sum|row_count()|date("2024-01-31")|matches|contains|if|else|let|=|#|$env|params|'|`+"`"+`|//|/*| |é|\|<>|&|::|between|is null|AND|case when|end|like|≠|“|~`, "|")
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("seed %d: %v", seed, p)
		}
	}()
	for range 8000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
			if r.IntN(2) == 0 {
				b.WriteString(" ")
			}
		}
		tryText(t, b.String())
	}
}

// TestLetsThatDouble: each let may stand for twice what the one before it stands for, so forty of them are a tree without end.
func TestLetsThatDouble(t *testing.T) {
	rule := "let x0 = i; "
	for i := range 40 {
		rule += fmt.Sprintf("let x%d = x%d + x%d; ", i+1, i, i)
	}
	_, faults, _ := expression.CompileRule(rule+"x40 > 1", "", env(t))
	if len(faults) != 1 || faults[0].ID != "E412" {
		t.Errorf("got %v", faults)
	}
	_, faults, _ = expression.CompileRule("let x = i + 1; x * x * x > x and x < 3", "", env(t))
	if len(grave(faults)) != 0 {
		t.Errorf("a few uses are no fault, got %v", faults)
	}
}
