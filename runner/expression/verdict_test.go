package expression_test

// verdicts are rules with a row each and what they say of it. A row is written name=value; ␣ is a blank, ⏎ a new line, ⇥ a tab. Columns that
// are not named are NULL.
var verdicts = []struct{ rule, row, want string }{
	// comparisons
	{`i >= 0`, `i=0`, "true"}, {`i >= 0`, `i=-1`, "false"}, {`i >= 0`, ``, "unknown"},
	{`i == 5.0`, `i=5`, "true"}, {`i < 5.5`, `i=5`, "true"}, {`i != 5`, ``, "unknown"},
	{`1 < i < 10`, `i=5`, "true"}, {`1 < i < 10`, `i=10`, "false"}, {`1 < i < 10`, ``, "unknown"},
	{`l == 9007199254740992.0`, `l=9007199254740993`, "false"}, {`l == 9007199254740993`, `l=9007199254740993`, "true"},
	{`f == 9007199254740993`, `f=9007199254740992`, "false"}, {`l == f`, `l=9007199254740993 f=9007199254740992`, "false"},
	{`b == true`, `b=true`, "true"}, {`b != false`, ``, "unknown"}, {`b == (i > 1)`, `b=true i=2`, "true"},
	{`id == "00000000-0000-0000-0000-00000000000A"`, `id=00000000-0000-0000-0000-00000000000a`, "true"},
	{`jb == jb`, `jb={"a":1}`, "true"}, {`a == a`, `a={x}`, "true"}, {`j != nil`, `j={}`, "true"}, {`a == nil`, ``, "true"},
	// three-valued logic
	{`i > 1 or b`, `b=true`, "true"}, {`i > 1 or b`, `b=false`, "unknown"}, {`i > 1 and b`, `b=false`, "false"}, {`i > 1 and b`, `b=true`, "unknown"},
	{`not (i > 1)`, ``, "unknown"}, {`not b`, `b=false`, "true"}, {`not b`, ``, "unknown"}, {`!b || b`, ``, "unknown"},
	{`i == nil`, ``, "true"}, {`i == nil`, `i=1`, "false"}, {`i != nil`, ``, "false"}, {`nil == t`, `t=`, "false"}, {`(i > 1) == nil`, ``, "true"},
	{`(i ?? 7) == 7`, ``, "true"}, {`(i ?? nil ?? 7) == 7`, ``, "true"}, {`(t ?? "") == ""`, ``, "true"}, {`(f ?? 0) == 0`, `f=NaN`, "true"}, {`(f ?? i) == 3`, `i=3`, "true"},
	{`b ? i > 1 : i < 1`, `b=true i=2`, "true"}, {`b ? i > 1 : i < 1`, `i=2`, "false"}, {`(b ? i : nil) == nil`, `b=false i=2`, "true"}, {`if b { i > 1 } else { true }`, `b=false`, "true"},
	{`if b { false } else if i > 1 { true } else { false }`, `b=false i=2`, "true"},
	// lists and ranges
	{`i in [1, 2]`, `i=2`, "true"}, {`i in [1, 2]`, `i=3`, "false"}, {`i in [1, 2]`, ``, "unknown"}, {`i not in [1, 2]`, `i=3`, "true"}, {`i not in [1, 2]`, ``, "unknown"},
	{`i in [1, nil]`, ``, "true"}, {`i in [1, nil]`, `i=2`, "false"}, {`i in [1, nil]`, `i=1`, "true"}, {`i not in [1, nil]`, ``, "false"}, {`i not in [1, nil]`, `i=2`, "true"},
	{`i in []`, `i=1`, "false"}, {`i in []`, ``, "false"}, {`i not in []`, ``, "true"}, {`i in [nil]`, ``, "true"}, {`i in [nil]`, `i=1`, "false"},
	{`t in ["a", u]`, `t=x u=x`, "true"}, {`t in ["a", u]`, `t=x`, "unknown"}, {`f in [0.1, 0.2]`, `f=0.2`, "true"}, {`f in [0.1, 0.2]`, `f=NaN`, "unknown"}, {`n in [1, 2.50]`, `n=2.5`, "true"},
	{`g in [0.1]`, `g=0.1`, "true"}, {`b in [true]`, `b=true`, "true"}, {`c in ["ab"]`, `c=ab`, "true"}, {`d in [date("2024-01-31")]`, `d=2024-01-31`, "true"}, {`ts in [date("2024-01-31")]`, `ts=2024-01-31`, "true"},
	{`tz in [d]`, `tz=2024-01-31␣00:00+00 d=2024-01-31`, "true"}, {`i in 1..10`, `i=10`, "true"}, {`i in 1..10`, `i=11`, "false"}, {`i in 1..10`, ``, "unknown"}, {`i not in 1..10`, `i=0`, "true"}, {`i in s..l`, `i=5 s=1 l=9`, "true"},
	{`i in -5..-1`, `i=-3`, "true"}, {`i + 1 in 1..10`, `i=0`, "true"}, {`round(n) in 1..10`, `n=0.5`, "true"},
	// arithmetic
	{`i / 2 == 3.5`, `i=7`, "true"}, {`7 / 2 == 3.5 and i == nil`, ``, "true"}, {`i / s == 1`, `i=1 s=0`, "unknown"}, {`i % s == 0`, `i=1 s=0`, "unknown"}, {`i % 3 == -1`, `i=-7`, "true"}, {`n % 0.3 == 0.1`, `n=0.7`, "true"},
	{`f / g > 0`, `f=1 g=0`, "unknown"}, {`i / (s - s) == 1`, `i=1 s=5`, "unknown"},
	{`l + 1 > l`, `l=9223372036854775807`, "true"}, {`l * l * l * l > 0`, `l=9223372036854775807`, "true"}, {`i + i > 4000000000`, `i=2147483647`, "true"}, {`-l > 0`, `l=-9223372036854775808`, "true"}, {`abs(i) == 2147483648`, `i=-2147483648`, "true"},
	{`i * 90 * 24 * 1000000 > 0`, `i=2147483647`, "true"}, {`2147483647 * 2147483647 * 2147483647 > i`, `i=1`, "true"},
	{`0.1 + 0.2 == 0.3 and i == nil`, ``, "true"}, {`f + 0.2 == 0.3`, `f=0.1`, "true"}, {`g + 0.2 == 0.3`, `g=0.1`, "true"}, {`n + 0.2 == 0.3`, `n=0.1`, "true"}, {`m * 3 == 0.03`, `m=0.01`, "true"},
	{`n * n > 0`, `n=1e1200`, "unknown"}, {`n > 0`, `n=1e1200`, "true"}, {`n * 2 > 0`, `n=Infinity`, "unknown"}, {`n > 5`, `n=Infinity`, "true"}, {`n >= 0`, `n=NaN`, "unknown"}, {`m >= 0`, `m=NaN`, "unknown"}, {`n == n`, `n=NaN`, "unknown"},
	{`f >= 0`, `f=NaN`, "unknown"}, {`f == f`, `f=NaN`, "unknown"}, {`f == nil`, `f=NaN`, "true"}, {`f > 5`, `f=Infinity`, "true"}, {`f < n`, `f=-Infinity n=0`, "true"}, {`f * 2 > 0`, `f=Infinity`, "unknown"}, {`f - f == 0`, `f=Infinity`, "unknown"},
	{`f * f > 0`, `f=1e308`, "true"}, {`f * f > 0`, `f=1e-308`, "true"}, {`f * 10 > f`, `f=1.7976931348623157e308`, "true"}, {`f == g`, `f=0.1 g=0.1`, "true"}, {`g == 0.1`, `g=0.1`, "true"}, {`f == 0.1`, `f=0.1`, "true"}, {`f != 0.1`, `f=NaN`, "unknown"},
	{`f > 0.1000000000000000055511151231257827`, `f=0.1`, "false"}, {`f < 0.1000000000000000055511151231257827`, `f=0.1`, "true"}, {`f == 0.1000000000000000055511151231257827`, `f=0.1`, "false"}, {`f == 0.1000000000000000055511151231257827`, ``, "unknown"}, {`f != 0.1000000000000000055511151231257827`, `f=0.1`, "true"},
	{`f >= n`, `f=0.1 n=0.1`, "true"}, {`g < f`, `g=16777217 f=16777217`, "true"}, {`g > 1e39`, `g=Infinity`, "true"}, {`g < 1e39`, `g=3e38`, "true"},
	{`i ** 2 == 9`, `i=-3`, "true"}, {`2 ** 3 ** 2 == 512 and i == nil`, ``, "true"}, {`-2 ** 2 == -4 and i == nil`, ``, "true"}, {`i ^ 2 == 4`, `i=2`, "true"}, {`i ** -1 == 0.5`, `i=2`, "true"}, {`i ** -1 > 0`, `i=0`, "unknown"}, {`n ** 0.5 == 3`, `n=9`, "true"}, {`n ** 0.5 == 3`, `n=-9`, "unknown"}, {`i ** 0 == 1`, `i=0`, "true"},
	{`i ** 100000 > 0`, `i=2147483647`, "unknown"}, {`i ** s == 1024`, `i=2 s=10`, "true"}, {`i ** n > 0`, `i=2`, "unknown"}, {`i ** n == 1`, `i=1 n=1e100`, "true"},
	{`i / 3 == 0.33333333333333333333`, `i=1`, "true"},
	// rounding
	{`round(n) == 3`, `n=2.5`, "true"}, {`round(n) == -3`, `n=-2.5`, "true"}, {`round(f) == 3`, `f=2.5`, "true"}, {`round(g) == -3`, `g=-2.5`, "true"}, {`round(n, 2) == 2.35`, `n=2.345`, "true"}, {`round(f, 2) == 2.68`, `f=2.675`, "true"}, {`round(n, -2) == 1200`, `n=1234`, "true"},
	{`round(n, l) == n`, `n=1.5 l=9223372036854775807`, "true"}, {`floor(n) == -3`, `n=-2.5`, "true"}, {`ceil(n) == -2`, `n=-2.5`, "true"}, {`floor(i) == i`, `i=3`, "true"}, {`abs(f) == 2.5`, `f=-2.5`, "true"}, {`round(f) == 0`, `f=NaN`, "unknown"},
	{`m * 100 == round(m * 100)`, `m=12.34`, "true"}, {`n * 100 == round(n * 100)`, `n=12.345`, "false"},
	{`min(i, s) == 1`, `i=1 s=2`, "true"}, {`min(i, s) == 1`, `i=1`, "unknown"}, {`max(i, n, f) == 2.5`, `i=1 n=2.5 f=2.25`, "true"}, {`max(t, "a") == "a"`, `t=B`, "true"}, {`min(d, as_of) == as_of`, `d=2024-02-29`, "true"}, {`max(f, f) == 1`, `f=NaN`, "unknown"},
	// text
	{`t == "a"`, `t=a`, "true"}, {`t == ""`, `t=`, "true"}, {`t == ""`, ``, "unknown"}, {`t < "a"`, `t=B`, "true"}, {`t < "f"`, `t=é`, "false"}, {`t < u`, `t=Z u=a`, "true"}, {`t == 'it\'s'`, `t=it's`, "true"}, {`t == "a\\b"`, `t=a\b`, "true"}, {"t == `a\\b`", `t=a\b`, "true"},
	{`len(t) == 1`, `t=é`, "true"}, {`len(t) == 1`, `t=😀`, "true"}, {`len(c) == 2`, `c=ab`, "true"}, {`len(t) == 3`, `t=a␣␣`, "true"}, {`c == "ab"`, `c=ab`, "true"}, {`c == "ab "`, `c=ab`, "false"}, {`c == t`, `c=ab t=ab`, "true"}, {`len(t) > 0`, ``, "unknown"},
	{`lower(t) == "abc"`, `t=AbC`, "true"}, {`upper(t) == "ABC"`, `t=AbC`, "true"}, {`trim(t) == "a b"`, `t=␣⇥a␣b⏎␣`, "true"}, {`trim(t) == t`, `t=␣a`, "false"}, {"trim(t) == \"x\"", "t=\u00a0x\u3000", "true"}, {`trim(t, "-") == "a"`, `t=--a-`, "true"},
	{`t + "-" + u == "a-b"`, `t=a u=b`, "true"}, {`t + u == "a"`, `t=a`, "unknown"}, {`t contains "%"`, `t=50%`, "true"}, {`t contains "%"`, `t=50`, "false"}, {`t contains ""`, `t=a`, "true"}, {`t contains "a"`, ``, "unknown"}, {`t startsWith "a_"`, `t=ab`, "false"}, {`t startsWith "a"`, `t=ab`, "true"},
	{`t not startsWith "a"`, `t=ab`, "false"}, {`t endsWith "b"`, `t=ab`, "true"}, {`t endsWith ""`, `t=ab`, "true"}, {`t endsWith "aab"`, `t=ab`, "false"}, {`t endsWith u`, `t=ab`, "unknown"}, {`t endsWith "é"`, `t=né`, "true"}, {`t not contains "x"`, `t=ab`, "true"},
	{`t matches "^[0-9]{4}-[A-Z]{5}$"`, `t=1234-ABCDE`, "true"}, {`t matches "^[0-9]{4}-[A-Z]{5}$"`, `t=1234-ABCDE⏎`, "false"}, {`t matches "a"`, ``, "unknown"}, {`t not matches "a"`, `t=b`, "true"}, {`c matches "^ab$"`, `c=ab`, "true"}, {`t matches '\\bé'`, `t=é`, "false"}, {"t matches `it's\\b`", `t=it's`, "true"},
	// dates and times
	{`d >= date("2024-01-31")`, `d=2024-01-31`, "true"}, {`d == as_of`, `d=2024-01-31`, "true"}, {`d - as_of == 29`, `d=2024-02-29`, "true"}, {`d - as_of < 0`, `d=infinity`, "unknown"}, {`d > as_of`, `d=infinity`, "true"}, {`d + 1 == date("2024-03-01")`, `d=2024-02-29`, "true"}, {`d - 30 < as_of`, `d=2024-02-29`, "true"},
	{`d + l > d`, `d=2024-01-31 l=9223372036854775807`, "unknown"}, {`d + 9000000000 > d`, `d=2024-01-31`, "unknown"}, {`d + 1 > d`, `d=5874897-12-31`, "unknown"}, {`date(t) == as_of`, `t=2024-01-31`, "true"}, {`date(t) == nil`, `t=2024-02-30`, "true"}, {`date(t) == nil`, `t=0000-01-01`, "true"}, {`date(t) == nil`, `t=2024-1-31`, "true"}, {`date(t) == nil`, `t=2023-02-29`, "true"},
	{`date(t) == date("2024-02-29")`, `t=2024-02-29`, "true"}, {`date(t) == nil`, `t=1900-02-29`, "true"}, {`date(t) == date("2000-02-29")`, `t=2000-02-29`, "true"}, {`date(t) == nil`, `t=2024-01-31⏎`, "true"}, {`date(t) == nil`, `t=today`, "true"}, {`date("x" + "y") == nil`, ``, "true"},
	{`tz >= as_of`, `tz=2024-01-31␣00:00+00`, "true"}, {`tz >= as_of`, `tz=2024-01-30␣23:59:59+00`, "false"}, {`tz < as_of`, `tz=2024-01-31␣08:59+09`, "true"}, {`tz == ts`, `tz=2024-01-31␣12:00+00 ts=2024-01-31␣12:00`, "true"}, {`date(tz) == as_of`, `tz=2024-01-31␣23:59+00`, "true"}, {`date(tz) == as_of`, `tz=2024-02-01␣05:00+09`, "true"}, {`date(ts) == as_of`, `ts=2024-01-31␣23:59`, "true"}, {`ts > d`, `ts=2024-01-31␣00:01 d=2024-01-31`, "true"},
	{`ts < d`, `ts=2024-01-31 d=5874897-12-31`, "true"}, {`tz < d`, `tz=2024-01-31␣00:00+00 d=5874897-12-31`, "true"},
	// numbers in text
	{`number(t) == 1.5`, `t=1.50`, "true"}, {`number(t) == -1500`, `t=-1.5e3`, "true"}, {`number(t) == nil`, `t=abc`, "true"}, {`number(t) == nil`, `t=NaN`, "true"}, {`number(t) == nil`, `t=1e999`, "true"}, {`number(t) == nil`, `t=`, "true"}, {`number(t) > 9`, `t=10`, "true"}, {`number(t) == 0.5`, `t=.5`, "true"}, {`number(t) == nil`, `t=1⏎`, "true"},
	// parameters and names
	{`l >= least`, `l=3`, "true"}, {`i == params.i`, `i=1`, "true"}, {`i == params.i`, `i=2`, "false"}, {`n < share`, `n=0.4`, "true"}, {`t == region`, `t=north`, "true"}, {`strict and b`, `b=true`, "true"}, {`l * least == 6`, `l=2`, "true"}, {`n * share == 1`, `n=2`, "true"},
	{`$env["2B"] > $env["in"]`, `2B=2 in=1`, "true"}, {`$env["q\"uo'te"] == "x"`, `q"uo'te=x`, "true"}, {`häß == 1`, `häß=1`, "true"}, {`count == 1 and len == 2 and len(t) == 3`, `count=1 len=2 t=abc`, "true"}, {`$env["monthly-fee"] == 1.5`, `monthly-fee=1.5`, "true"},
}

// accessVerdicts are about let, tuples, arrays, slices and JSON.
var accessVerdicts = []struct{ rule, row, want string }{
	// let
	{`let x = i * 2; x > 3`, `i=2`, "true"}, {`let x = i * 2; x > 3`, ``, "unknown"}, {`let x = i; let y = x + 1; y == 3 and x == 2`, `i=2`, "true"},
	{`(let x = i; x > 1) and b`, `i=2 b=true`, "true"}, {`if b { let x = i; x > 1 } else { false }`, `i=2 b=true`, "true"}, {`let x = t; x == nil`, ``, "true"},
	{`let names = ["a", "b"]; t in names`, `t=b`, "true"}, {`let names = ["a", nil]; t in names`, ``, "true"}, {`let x = nil; i == x`, ``, "true"},
	// tuples
	{`[i, t] in [[1, "x"], [2, nil]]`, `i=1 t=x`, "true"}, {`[i, t] in [[1, "x"], [2, nil]]`, `i=2`, "true"}, {`[i, t] in [[1, "x"], [2, nil]]`, `i=2 t=x`, "false"},
	{`[i, t] in [[1, "x"], [2, nil]]`, `i=1`, "unknown"}, {`[i, t] in [[1, "x"], [2, nil]]`, `i=3`, "false"}, {`[i, t] not in [[1, "x"], [2, nil]]`, `i=3`, "true"}, {`[i, t] in [[1, "x"]]`, `t=y`, "false"},
	{`[i, f] in [[1.0, 0.1]]`, `i=1 f=0.1`, "true"}, {`[d, ts] in [[date("2024-01-31"), date("2024-01-31")]]`, `d=2024-01-31 ts=2024-01-31`, "true"}, {`[i] in [[1], [2]]`, `i=2`, "true"}, {`[i, t] == [1, "x"]`, `i=1 t=x`, "true"}, {`[i, t] != [1, nil]`, `i=1`, "false"},
	{`[i, t] in []`, `i=1`, "false"},
	// arrays
	{`a[0] == "x"`, `a={x,y}`, "true"}, {`a[-1] == "y"`, `a={x,y}`, "true"}, {`a[2] == nil`, `a={x,y}`, "true"}, {`a[-3] == nil`, `a={x,y}`, "true"}, {`a[0] == "x"`, `a={}`, "unknown"}, {`a[0] == "x"`, ``, "unknown"}, {`a[0] == nil`, `a={NULL}`, "true"},
	{`a[i] == "y"`, `a={x,y} i=1`, "true"}, {`a[i] == "x"`, `a={x,y} i=-2`, "true"}, {`a[i] == nil`, `a={x,y}`, "true"}, {`a[l] == nil`, `a={x,y} l=9223372036854775807`, "true"}, {`a[l] == nil`, `a={x,y} l=-9223372036854775808`, "true"}, {`a[l * l] == nil`, `a={x} l=9223372036854775807`, "true"},
	{`a[0] == "x"`, `a=[5:6]={x,y}`, "true"}, {`a[-1] == "y"`, `a=[0:1]={x,y}`, "true"}, {`a[0:1] == ["x"]`, `a=[0:1]={x,y}`, "true"}, {`ia[1] + 1 == 3`, `ia={1,2}`, "true"}, {`fa[0] == nil`, `fa={NaN}`, "true"}, {`fa[0] == 0.1`, `fa={0.1}`, "true"}, {`fa[0] * 3 == 0.3`, `fa={0.1}`, "true"}, {`ca[0] == "ab"`, `ca={ab}`, "true"},
	{`a[0:1] == ["x"]`, `a={x,y}`, "true"}, {`a[1:] == ["y"]`, `a={x,y}`, "true"}, {`a[:-1] == ["x"]`, `a={x,y}`, "true"}, {`a[-1:] == ["y"]`, `a={x,y}`, "true"}, {`a[:] == a`, `a={x,y}`, "true"}, {`a[5:9] == []`, `a={x,y}`, "true"}, {`a[1:0] == []`, `a={x,y}`, "true"}, {`a[-9:1] == ["x"]`, `a={x,y}`, "true"}, {`a[:i] == ["x"]`, `a={x,y} i=1`, "true"},
	{`a[i:] == ["y"]`, `a={x,y} i=-1`, "true"}, {`a[i:] == nil`, `a={x,y}`, "true"}, {`a[:-5] == []`, `a={x,y}`, "true"}, {`a[l:] == []`, `a={x,y} l=9223372036854775807`, "true"}, {`a[l:] == a`, `a={x,y} l=-9223372036854775808`, "true"},
	{`"x" in a`, `a={x,y}`, "true"}, {`"z" in a`, `a={x,y}`, "false"}, {`"z" in a`, `a={x,NULL}`, "unknown"}, {`"x" in a`, `a={x,NULL}`, "true"}, {`"z" in a`, `a={}`, "false"}, {`"z" in a`, ``, "unknown"}, {`t in a`, `a={x}`, "unknown"}, {`t not in a`, `t=z a={x}`, "true"}, {`2.0 in ia`, `ia={1,2}`, "true"}, {`l in ia`, `ia={1,2} l=2`, "true"},
	{`0.1 in fa`, `fa={0.1,NaN}`, "true"}, {`0.2 in fa`, `fa={0.1,NaN}`, "unknown"}, {`n in fa`, `fa={0.1} n=0.1`, "true"}, {`f in fa`, `fa={0.1} f=0.1`, "true"}, {`n in fa`, `fa={Infinity} n=1`, "false"}, {`c in ca`, `ca={ab} c=ab`, "true"}, {`c in a`, `a={ab} c=ab`, "true"}, {`t in a[1:]`, `a={x,y} t=x`, "false"},
	{`a == ["x", "y"]`, `a={x,y}`, "true"}, {`a == ["x"]`, `a={x,y}`, "false"}, {`a != ["x"]`, `a={x,y}`, "true"}, {`a == []`, `a={}`, "true"}, {`[] == a`, `a={x}`, "false"}, {`a == ["x"]`, ``, "unknown"}, {`a == ["x", nil]`, `a={x,NULL}`, "true"}, {`a == ["x", t]`, `a={x,NULL}`, "true"}, {`ia == [1, 2.0]`, `ia={1,2}`, "true"}, {`fa == [0.1]`, `fa={0.1}`, "true"}, {`ca == ["ab"]`, `ca={ab}`, "true"}, {`ca == a`, `ca={ab} a={ab}`, "true"},
	{`a == ["x"]`, `a=[0:0]={x}`, "true"}, {`(b ? a : ["x"]) == ["x"]`, ``, "true"}, {`(a ?? []) == []`, ``, "true"}, {`(ia ?? [1.5]) == [1.5]`, ``, "true"}, {`["x", "y"][i] == "y"`, `i=1`, "true"},
	// slices of text
	{`t[0:2] == "hé"`, `t=héllo`, "true"}, {`t[1:] == "éllo"`, `t=héllo`, "true"}, {`t[:-1] == "héll"`, `t=héllo`, "true"}, {`t[-2:] == "lo"`, `t=héllo`, "true"}, {`t[-4:-2] == "él"`, `t=héllo`, "true"}, {`t[-9:2] == "hé"`, `t=héllo`, "true"}, {`t[3:1] == ""`, `t=héllo`, "true"}, {`t[9:] == ""`, `t=héllo`, "true"}, {`t[:] == t`, `t=a`, "true"}, {`t[0:1] == "😀"`, `t=😀x`, "true"},
	{`t[-3:-5] == ""`, `t=héllo`, "true"}, {`t[:-9] == ""`, `t=héllo`, "true"}, {`t[i:s] == "b"`, `t=abc i=1 s=2`, "true"}, {`t[i:s] == "b"`, `t=abc i=-2 s=-1`, "true"}, {`t[i:] == "b"`, `t=abc`, "unknown"}, {`t[:i] == "b"`, `t=abc`, "unknown"}, {`t[:l] == t`, `t=abc l=9223372036854775807`, "true"}, {`t[l:] == ""`, `t=abc l=9223372036854775807`, "true"}, {`t[l:] == t`, `t=abc l=-9223372036854775808`, "true"}, {`t[:l] == ""`, `t=abc l=-9223372036854775808`, "true"},
	{`c[0:1] == "a"`, `c=ab`, "true"}, {`t[0:1] == "a"`, ``, "unknown"},
	// JSON
	{`jb.a == 1`, `jb={"a":1}`, "true"}, {`jb.a == 1.0`, `jb={"a":1.00}`, "true"}, {`jb.a == 1`, `jb={"a":"1"}`, "unknown"}, {`jb.a == 1`, `jb={}`, "unknown"}, {`jb.a == 1`, ``, "unknown"}, {`jb.a == "x"`, `jb={"a":"x"}`, "true"}, {`jb.a == "1"`, `jb={"a":1}`, "true"}, {`jb.a == "x"`, `jb={"a":["x"]}`, "unknown"}, {`jb.a == true`, `jb={"a":true}`, "true"}, {`jb.a == true`, `jb={"a":"true"}`, "unknown"},
	{`jb.a.b[0].c == "x"`, `jb={"a":{"b":[{"c":"x"}]}}`, "true"}, {`jb?.a?.b == 1`, `jb={"a":{"b":1}}`, "true"}, {`jb["a"] == 1`, `jb={"a":1}`, "true"}, {`jb[t] == 1`, `jb={"k":1} t=k`, "true"}, {`jb[t] == 1`, `jb={"k":1}`, "unknown"}, {`jb[0] == 1`, `jb=[1,2]`, "true"}, {`jb[-1] == 2`, `jb=[1,2]`, "true"}, {`jb[5] == nil`, `jb=[1,2]`, "true"}, {`jb[0] == nil`, `jb={"0":1}`, "true"}, {`jb["0"] == nil`, `jb=[1]`, "true"}, {`jb[0] == nil`, `jb=1`, "true"}, {`jb[-1] == nil`, `jb="x"`, "true"}, {`jb[l] == nil`, `jb=[1] l=-9223372036854775808`, "true"}, {`jb[i] == 2`, `jb=[1,2] i=1`, "true"},
	{`jb.a == nil`, `jb={"a":null}`, "true"}, {`jb.a == nil`, `jb={}`, "true"}, {`jb.a == nil`, `jb={"a":0}`, "false"}, {`jb == nil`, `jb=null`, "true"}, {`jb == nil`, ``, "true"}, {`jb.a.b == nil`, `jb={"a":null}`, "true"}, {`jb.a.b == nil`, `jb={"a":5}`, "true"}, {`jb.a == jb.b`, `jb={"a":[1],"b":[1.0]}`, "true"}, {`jb.a == jb.b`, `jb={"a":null,"b":null}`, "unknown"}, {`jb == jb`, `jb=null`, "unknown"},
	{`jb.a > 1`, `jb={"a":2}`, "true"}, {`jb.a > 1`, `jb={"a":1e400}`, "true"}, {`jb.a + 1 > 1`, `jb={"a":1e1001}`, "unknown"}, {`jb.a > "b"`, `jb={"a":"c"}`, "true"}, {`1 < jb.a < 3`, `jb={"a":2}`, "true"}, {`jb.a in [1, 2]`, `jb={"a":2}`, "true"}, {`jb.a in ["x", nil]`, `jb={"a":null}`, "true"}, {`jb.a in ["x", nil]`, `jb={"a":"y"}`, "false"}, {`[jb.a, jb.b] in [[1, "x"]]`, `jb={"a":1,"b":"x"}`, "true"}, {`i == jb.a`, `jb={"a":2} i=2`, "true"}, {`f == jb.a`, `jb={"a":0.1} f=0.1`, "true"},
	{`jb.a * 2 == 4`, `jb={"a":2}`, "true"}, {`jb.a * jb.a == 4`, `jb={"a":2}`, "true"}, {`-jb.a == -2`, `jb={"a":2}`, "true"}, {`jb.a + "x" == "yx"`, `jb={"a":"y"}`, "true"}, {`(jb.a ?? 0) == 0`, `jb={}`, "true"}, {`(jb.a ?? "x") == "x"`, `jb={"a":null}`, "true"}, {`jb.a and b`, `jb={"a":true} b=true`, "true"}, {`not jb.a`, `jb={"a":false}`, "true"}, {`(jb.a ? 1 : 2) == 1`, `jb={"a":true}`, "true"}, {`jb.a contains "e"`, `jb={"a":"hello"}`, "true"}, {`jb.a matches "^h"`, `jb={"a":"hello"}`, "true"}, {`jb.a[0:1] == "h"`, `jb={"a":"hello"}`, "true"}, {`t in [jb.a, jb.b]`, `jb={"a":"x","b":"y"} t=y`, "true"},
	{`"k" in jb`, `jb={"k":null}`, "true"}, {`"k" in jb`, `jb={"x":1}`, "false"}, {`"k" in jb`, `jb=["k"]`, "true"}, {`"k" in jb`, `jb=[1]`, "false"}, {`"k" in jb`, `jb="k"`, "unknown"}, {`"k" in jb`, ``, "unknown"}, {`t in jb.a`, `jb={"a":["k"]} t=k`, "true"}, {`"k" in jb`, `jb=null`, "unknown"}, {`"k" not in jb`, `jb={}`, "true"},
	// odd names
	{`$env["park.key"] == "a" and $env["Monthly Charges"] > 1`, `park.key=a Monthly␣Charges=2`, "true"}, {`$env["in"] in [1, 2]`, `in=1`, "true"}, {`$env.t == "a"`, `t=a`, "true"},
}
