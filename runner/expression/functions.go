package expression

import (
	"slices"
	"unicode"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Function is one function or aggregate of the language, with the arguments it takes; a name may have several rows, of which the first
// that fits is taken. Documentation, lint and completion are made from these rows.
type Function struct {
	Name       string
	Parameters []Parameter
	Variadic   bool         // the last parameter may be repeated
	Result     model.Family // NoFamily: the common type of the arguments
	SQL        string       // {0}, {1} are the arguments, {*} all of them; {where} is the FILTER of an aggregate, {and} its condition with AND
	ValueOnly  bool         // only where a row has a file
	Aggregate  bool
	Window     bool // looks at all rows to judge each
	Elsewhere  bool // looks at other tables, other dates, or no row
	Doc        string
	Example    string
	// Go computes the same in memory. Arguments come as the SQL gets them: numbers finite and below 10^1000 unless the parameter is
	// Plain. Without Nils it is not called when an argument is nil: the result is nil then.
	Go func(args []Datum) Datum
	// Fold computes an aggregate in memory, from the arguments of each row that the rule selects, in order. Without Nils it does not see
	// rows in which an argument is nil.
	Fold   func(rows [][]Datum) Datum
	Nils   bool
	Digits int // the most digits that a numeric result has before its point; 0: as many as the arguments and one more
	form   form
}

// Parameter is what a function takes at one place. Numbers arrive as numeric, cut off at 10^1000; with Plain every type arrives as it
// is.
type Parameter struct {
	Name    string
	Accepts []model.Family // empty: any type
	Plain   bool
}

// The classes of arguments.
var (
	numberArg  = []model.Family{model.Integer, model.Numeric, model.Float}
	wholeArg   = []model.Family{model.Integer}
	textArg    = []model.Family{model.Text}
	orderedArg = []model.Family{model.Integer, model.Numeric, model.Float, model.Text, model.Date, model.Time, model.Timestamp,
		model.TimestampTZ, model.Interval}
)

// blanks are what trim removes: the white space of Unicode, as Go's strings.TrimSpace has it.
const blanks = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

// validDate matches the dates of the years 1 to 9999 and nothing else. It holds no {n}, which templates would take for arguments.
const validDate = `^(?!0000)(` +
	`[0-9][0-9][0-9][0-9]-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|` +
	`[0-9][0-9][0-9][0-9]-(0[469]|11)-(0[1-9]|[12][0-9]|30)|` +
	`[0-9][0-9][0-9][0-9]-02-(0[1-9]|1[0-9]|2[0-8])|` +
	`([0-9][0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$`

// validNumber matches decimal numbers of a sane length; the exponent has at most two digits.
const validNumber = `^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9][0-9]?)?$`

// Functions returns every function and aggregate, in the order of the documentation.
func Functions() []Function {
	one := func(name string, accepts []model.Family) []Parameter {
		return []Parameter{{Name: name, Accepts: accepts}}
	}
	plain := func(accepts []model.Family) []Parameter {
		return []Parameter{{Name: "x", Accepts: accepts, Plain: true}}
	}
	return append([]Function{
		{Name: "len", Parameters: one("text", textArg), Result: model.Integer, SQL: `char_length({0})`, Go: goLen, Doc: "number of characters", Example: `len(code) == 5`},
		{Name: "lower", Parameters: one("text", textArg), Result: model.Text, SQL: `lower({0} COLLATE "C")`, Go: letters(unicode.ToLower), Doc: "the text with A to Z in lower case; other letters stay as they are", Example: `lower(code) == "a"`},
		{Name: "upper", Parameters: one("text", textArg), Result: model.Text, SQL: `upper({0} COLLATE "C")`, Go: letters(unicode.ToUpper), Doc: "the text with a to z in upper case; other letters stay as they are", Example: `upper(code) == code`},
		{Name: "trim", Parameters: one("text", textArg), Result: model.Text, SQL: `btrim({0}, ` + string(pgsql.Literal(blanks)) + `)`, Go: goTrim, Doc: "the text without white space at both ends", Example: `trim(code) == code`},
		{Name: "trim", Parameters: append(one("text", textArg), one("characters", textArg)...), Result: model.Text, SQL: `btrim({0}, {1})`, Go: goTrimOf, Doc: "the text without any of the characters at both ends", Example: `trim(code, "-") != ""`},
		{Name: "number", Parameters: one("text", textArg), Result: model.Numeric, SQL: `(CASE WHEN char_length({0}) <= 300 AND {0} COLLATE "C" ~ '` + validNumber + `' THEN ({0})::numeric END)`, Go: goNumber, Digits: 400, Doc: "the decimal number that the text is, or nil", Example: `number(code) > 0`},
		{Name: "date", Parameters: one("text", textArg), Result: model.Date, SQL: `(CASE WHEN {0} COLLATE "C" ~ '` + validDate + `' THEN ({0})::date END)`, Go: goDateOfText, Doc: "the date that the text is, written YYYY-MM-DD, or nil", Example: `day >= date("2024-01-31")`},
		{Name: "date", Parameters: one("time", []model.Family{model.Date, model.Timestamp}), Result: model.Date, SQL: `({0})::date`, Go: goDateOfTime, Doc: "the day of a time", Example: `date(at) == day`},
		{Name: "date", Parameters: one("time", []model.Family{model.TimestampTZ}), Result: model.Date, SQL: `({0} AT TIME ZONE 'UTC')::date`, Go: goDateOfTime, Doc: "the day of a time, at UTC", Example: `date(seen) == day`},
		{Name: "abs", Parameters: one("number", numberArg), SQL: `abs({0})`, Go: decimal(Number.abs), Doc: "the number without its sign", Example: `abs(amount) < 100`},
		{Name: "round", Parameters: one("number", numberArg), Result: model.Integer, SQL: `round({0})`, Go: decimal(func(n Number) Number { return n.round(0) }), Doc: "the nearest whole number, half away from zero", Example: `round(amount) == amount`},
		{Name: "round", Parameters: append(one("number", numberArg), one("places", wholeArg)...), Result: model.Numeric, SQL: `round({0}, LEAST(GREATEST({1}, -1000), 1000)::integer)`, Go: goRoundTo, Doc: "the number rounded to a number of places after the point, half away from zero", Example: `round(amount, 2) == amount`},
		{Name: "floor", Parameters: one("number", numberArg), Result: model.Integer, SQL: `floor({0})`, Go: decimal(Number.floor), Doc: "the greatest whole number that is not greater", Example: `floor(amount) >= 1`},
		{Name: "ceil", Parameters: one("number", numberArg), Result: model.Integer, SQL: `ceil({0})`, Go: decimal(Number.ceil), Doc: "the smallest whole number that is not smaller", Example: `ceil(amount) <= 9`},
		{Name: "min", Parameters: append(plain(orderedArg), plain(orderedArg)...), Variadic: true, SQL: `(CASE WHEN num_nulls({*}) = 0 THEN LEAST({*}) END)`, Go: extreme(1), Doc: "the smallest of the values; nil when one of them is", Example: `min(amount, count) > 0`},
		{Name: "max", Parameters: append(plain(orderedArg), plain(orderedArg)...), Variadic: true, SQL: `(CASE WHEN num_nulls({*}) = 0 THEN GREATEST({*}) END)`, Go: extreme(-1), Doc: "the greatest of the values; nil when one of them is", Example: `max(amount, count) < 100`},
		{Name: "file_name", Result: model.Text, SQL: string(pgsql.Param("file_name")), ValueOnly: true, Doc: "the path of the file that the row comes from", Example: `file_name() endsWith ".csv"`},
		{Name: "row_count", Aggregate: true, Result: model.Integer, SQL: `count(*){where}`, Fold: foldCount, Digits: 19, Doc: "number of rows", Example: `row_count() >= 1000`},
		{Name: "count", Aggregate: true, Parameters: plain(nil), Result: model.Integer, SQL: `count({0}){where}`, Fold: foldCount, Digits: 19, Doc: "number of rows in which the value is not nil", Example: `count(code) > 0`},
		{Name: "count_distinct", Aggregate: true, Parameters: plain(nil), Result: model.Integer, SQL: `count(DISTINCT {0}){where}`, Fold: foldDistinct, Digits: 19, Doc: "number of different values, nil aside", Example: `count_distinct(code) == 3`},
		{Name: "sum", Aggregate: true, Parameters: one("number", numberArg), SQL: `sum({0}){where}`, Fold: foldSum, Doc: "the sum of the values; nil without any", Example: `sum(amount) > 0`},
		{Name: "mean", Aggregate: true, Parameters: one("number", numberArg), Result: model.Numeric, SQL: `avg({0}){where}`, Fold: foldMean, Doc: "the mean of the values; nil without any", Example: `mean(amount) < 50`},
		{Name: "min", Aggregate: true, Parameters: plain(orderedArg), SQL: `min({0}){where}`, Fold: foldExtreme(1), Doc: "the smallest value; nil without any", Example: `min(amount) >= 0`},
		{Name: "max", Aggregate: true, Parameters: plain(orderedArg), SQL: `max({0}){where}`, Fold: foldExtreme(-1), Doc: "the greatest value; nil without any", Example: `max(amount) <= 100`},
	}, slices.Concat(aggregates(), windows(), elsewhereFunctions(), catalog(), jsonFunctions())...)
}

// table is what the checker looks functions up in; nothing writes to it.
var table = Functions()

func function(name string) ([]*Function, bool) {
	var out []*Function
	for i := range table {
		if table[i].Name == name {
			out = append(out, &table[i])
		}
	}
	return out, len(out) > 0
}

func functionNames() []string {
	var out []string
	for _, f := range table {
		if !slices.Contains(out, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// takes tells whether a function can have n arguments.
func (f *Function) takes(n int) bool {
	return n == len(f.Parameters) || f.Variadic && n > len(f.Parameters)
}

// parameter returns the i-th parameter, the last one again beyond it.
func (f *Function) parameter(i int) Parameter { return f.Parameters[min(i, len(f.Parameters)-1)] }

// accepts tells whether a value of a type can stand at parameter p.
func (p Parameter) accepts(t model.Type) bool {
	return t.Family != model.NoFamily && (len(p.Accepts) == 0 || slices.Contains(p.Accepts, t.Family))
}

// Signature is how a function is called: "round(number, places)".
func (f Function) Signature() string {
	out := f.Name + "("
	for i, p := range f.Parameters {
		if i > 0 {
			out += ", "
		}
		out += p.Name
	}
	if f.Variadic {
		out += ", ..."
	}
	return out + ")"
}
