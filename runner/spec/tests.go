package spec

import "streamflow/runner/internal/diag"

// Tests is a document of kind test: rows by hand, and what rules must say of them. A file called *_test.yaml, or one with a key tests,
// needs no kind.
type Tests struct {
	Description Str
	Tests       []*Test
	Place       diag.Place
}

// Test is one test. It speaks of exactly one of Expectations, Table and FeatureView.
type Test struct {
	Name         Str
	Description  Str
	Expectations Str // a file; its rules are tried
	Table        Str // its rules, of all files, are tried
	FeatureView  Str
	Entities     []Row // of a feature view: keys at times
	ExpectRows   []Row // what it must give, one row for each of Entities
	AsOf         Str
	Params       Map[Str]
	Rows         []Row
	Given        Map[[]Row] // rows of other tables
	Before       []Row      // the earlier freeze
	HasRows      bool
	HasBefore    bool
	Expect       Map[*Expected] // by rule
	Place        diag.Place
}

// Expected is what one rule must say: a word for a rule about the batch as a whole, and rows by key otherwise.
type Expected struct {
	Word                Str // pass, fail or unknown
	Pass, Fail, Unknown Keys
	Place               diag.Place
}

// Keys name rows of a test by the values of their key, or are all of them.
type Keys struct {
	All   bool
	Items []Literal // a value, or for a key of several columns a list or a mapping of them
	Set   bool
	Place diag.Place
}

func testKind() *Kind {
	return newKind("test", "Rows by hand, and what rules must say of them. A file called *_test.yaml needs no kind.",
		func(t *Tests) *diag.Place { return &t.Place }, kindField[Tests](), []Field{
			text("description", Prose, "what it is for", func(t *Tests) *Str { return &t.Description }),
			listed("tests", "the tests", testCaseKind(), func(t *Tests) *[]*Test { return &t.Tests }).required().aka("test", "cases"),
		})
}

func testCaseKind() *Kind {
	rows := func(name, doc string, at func(*Test) *[]Row, aka ...string) Field {
		return special(name, AnyRow, Listed, nil, doc, func(w *walker, t *Test, key Str, n *node) { *at(t) = w.rows(key, n) }).aka(aka...)
	}
	return newKind("test case", "One test.", func(t *Test) *diag.Place { return &t.Place }, []Field{
		text("name", Prose, "what it shows, in a few words", func(t *Test) *Str { return &t.Name }).required().aka("title"),
		text("description", Prose, "more about it", func(t *Test) *Str { return &t.Description }),
		text("expectations", Prose, "the file whose rules are tried", func(t *Test) *Str { return &t.Expectations }).aka("file", "rules"),
		text("table", Text, "the table whose rules are tried, of all files", func(t *Test) *Str { return &t.Table }),
		text("feature_view", Text, "the feature view that is tried", func(t *Test) *Str { return &t.FeatureView }).aka("view"),
		text("as_of", Cell, "the value of the parameter as_of; never the clock", func(t *Test) *Str { return &t.AsOf }),
		paramValues(func(t *Test) *Map[Str] { return &t.Params }),
		special("rows", AnyRow, Listed, nil, "the rows that are judged: mappings from columns to values; what is left out is NULL", func(w *walker, t *Test, key Str, n *node) {
			t.HasRows, t.Rows = true, w.rows(key, n)
		}).aka("input", "inputs", "data"),
		special("given", AnyRow, Named, nil, "a list of rows of another table, which the rules look at; of a feature view the rows of its source, or under the name of the view those of its query", func(w *walker, t *Test, key Str, n *node) {
			t.Given = mapOf(w, n, key, func(name Str, value *node) []Row { return w.rows(name, value) })
		}).aka("tables", "fixtures"),
		special("before", AnyRow, Listed, nil, "the rows of the newest earlier freeze, for old() and previous()", func(w *walker, t *Test, key Str, n *node) {
			t.HasBefore, t.Before = true, w.rows(key, n)
		}).aka("previous", "old"),
		special("expect", Mapping, Named, expectedKind(), "what each rule must say, by its name, id or expression; a rule that is not listed must not fail",
			func(w *walker, t *Test, key Str, n *node) {
				t.Expect = mapOf(w, n, key, func(name Str, value *node) *Expected { return w.expected(name, value) })
			}).aka("expected", "outputs", "assert"),
		rows("entities", "what a feature view is asked for: the columns of the key, and event_timestamp", func(t *Test) *[]Row { return &t.Entities }, "spine"),
		rows("expect_rows", "what a feature view must give, one row for each of entities; a feature that is left out may be anything", func(t *Test) *[]Row { return &t.ExpectRows }),
	}).oneOf("expectations", "table", "feature_view")
}

// verdictWords are what a rule may be expected to say.
var verdictWords = []string{"pass", "fail", "unknown"}

func expectedKind() *Kind {
	keys := func(name, doc string, at func(*Expected) *Keys, aka ...string) Field {
		return special(name, AnyKey, OneOrMany, nil, doc, func(w *walker, e *Expected, key Str, n *node) { *at(e) = w.keys(key, n) }).aka(aka...)
	}
	return newKind("verdict", "What a rule must say of which rows. For a rule about the batch as a whole it is one word: pass, fail or unknown.",
		func(e *Expected) *diag.Place { return &e.Place }, []Field{
			keys("pass", "the keys of rows for which it must be true, or all", func(e *Expected) *Keys { return &e.Pass }, "passes", "true", "ok", "valid"),
			keys("fail", "the keys of rows for which it must be false, or all", func(e *Expected) *Keys { return &e.Fail }, "fails", "false", "bad", "invalid"),
			keys("unknown", "the keys of rows for which it must be neither, or all", func(e *Expected) *Keys { return &e.Unknown }, "null", "nulls", "nil"),
		}).words(verdictWords...)
}

// expected reads a word or a mapping.
func (w *walker) expected(name Str, n *node) *Expected {
	e := &Expected{Place: name.Place}
	if r := resolve(n); r != nil && r.kind == scalarNode && !isNull(r) {
		e.Word = w.str(r, Field{Name: name.Value, Shape: Text, Values: verdictWords})
		return e
	}
	w.fill(expectedKind(), e, n, "what "+quoted(name.Value)+" must say", name.Place)
	return e
}

// keys reads the word all, one key, or a list of keys.
func (w *walker) keys(key Str, n *node) Keys {
	r := resolve(n)
	out := Keys{Set: true, Place: key.Place}
	switch {
	case r == nil:
	case isNull(r):
		w.report("Y105", key.Place, quoted(key.Value)+" is empty", `name rows by their keys, or write "all"`)
	case r.kind == scalarNode && r.value == "all" && r.style == plain:
		out.All = true
	case r.kind == sequenceNode:
		for _, c := range r.children {
			out.Items = append(out.Items, w.literal(key, c))
		}
	default:
		out.Items = []Literal{w.literal(key, r)}
	}
	return out
}
