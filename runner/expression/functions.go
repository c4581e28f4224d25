package expression

import (
	"slices"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Function is one function or aggregate of the language, with the arguments it takes; a name may have several rows, of which the first
// that fits is taken. Documentation, lint and completion are made from these rows.
type Function struct {
	Name       string
	Group      string // the heading in the documentation
	Parameters []Parameter
	Variadic   bool         // the last parameter may be repeated
	Result     model.Family // NoFamily: the common type of the arguments
	SQL        string       // {0}, {1} are the arguments, {*} all of them; {where} is the FILTER of an aggregate, {and} its condition with AND
	Each       string       // what {each} in SQL makes of every argument {x}, joined by Separator
	Separator  string
	ValueOnly  bool // only where a row has a file
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
	// Expand says the function in other parts of the language, instead of SQL and Go.
	Expand expansion
	// Constant makes the function that the last argument asks for, a text that is written out. The other arguments are then its own.
	Constant func(text string) (*Function, error)
	form     form
}

// expansion makes a node of checked arguments. It returns nil after a fault.
type expansion func(c *checker, at span, args []*Node) *Node

// Parameter is what a function takes at one place. Numbers arrive as numeric, cut off at 10^1000; with Plain every type arrives as it
// is.
type Parameter struct {
	Name     string
	Accepts  []model.Family // empty: any type
	Elements []model.Family // of an array; empty: any type
	Plain    bool
	Place    int          // not 0: a whole number arrives as a Postgres integer, cut off at this limit on both sides of zero
	As       model.Family // Date or Timestamp: a moment arrives as one, at UTC, and as nil when it is not within the years 1 to 9999
}

// The classes of arguments.
var (
	numberArg  = []model.Family{model.Integer, model.Numeric, model.Float}
	wholeArg   = []model.Family{model.Integer}
	textArg    = []model.Family{model.Text}
	orderedArg = []model.Family{model.Integer, model.Numeric, model.Float, model.Text, model.Date, model.Time, model.Timestamp,
		model.TimestampTZ, model.Interval}
)

// Functions returns every function and aggregate, group by group, in the order of the documentation.
func Functions() []Function {
	fileName := Function{Name: "file_name", Result: model.Text, SQL: string(pgsql.Param("file_name")), ValueOnly: true, Doc: "the path of the file that the row comes from", Example: `file_name() endsWith ".csv"`}
	return slices.Concat(
		grouped("text", append(textFunctions(), fileName)),
		grouped("forms of text", formatFunctions()),
		grouped("numbers", numberFunctions()),
		grouped("dates", dateFunctions()),
		grouped("arrays", arrayFunctions()),
		grouped("JSON", jsonFunctions()),
		grouped("aggregates", slices.Concat(plainAggregates(), aggregates(), divergenceFunctions())),
		grouped("windows", windows()),
		grouped("elsewhere", append(elsewhereFunctions(), catalog()...)),
	)
}

func grouped(group string, rows []Function) []Function {
	for i := range rows {
		rows[i].Group = group
	}
	return rows
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
	in := func(families []model.Family, t model.Type) bool {
		return len(families) == 0 || slices.Contains(families, t.Family)
	}
	return t.Family != model.NoFamily && in(p.Accepts, t) && (t.Family != model.Array || in(p.Elements, *t.Elem))
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
