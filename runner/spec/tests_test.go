package spec

import (
	"slices"
	"testing"

	"streamflow/runner/internal/diag"
)

// spanned is a place as the text that it covers.
func spanned(t *testing.T, tree *Tree, p diag.Place) string {
	t.Helper()
	f := newFile(p.File, string(tree.Sources[p.File]))
	line := []rune(f.line(p.Line))
	if p.EndLine != p.Line {
		t.Fatalf("%v is not in one line", p)
	}
	return string(line[p.Col-1 : p.EndCol-1])
}

// TestExamplesHoldWhatIsWritten looks at the rows beside a rule: each value with its kind, text and place.
func TestExamplesHoldWhatIsWritten(t *testing.T) {
	tree, found := load(t, map[string]string{"e.yaml": `kind: expectations
table: t
rules:
  - rule: v > 0
    examples:
      params: {as_of: 2024-01-31}
      pass: [{v: 0.10, w: "12", "two words": yes}, { v: 007 , w: [1, ~] } ]
      fail:
        - v: -1
          w:
      unknown: [{}]
  - rule: sum(v) > 0
    examples: {pass: [[{v: 1}, {v: 2}], []]}
`}, "e.yaml")
	for _, d := range found {
		t.Error(d.Error())
	}
	e := tree.Expectations[0].Rules[0].Examples
	as, _ := e.Params.Get("as_of")
	first, second, third := e.Pass[0].Rows[0], e.Pass[1].Rows[0], e.Fail[0].Rows[0]
	v, _ := first.Cell("v")
	w, _ := first.Cell("w")
	odd, there := first.Cell("two words")
	seven, _ := second.Cell("v")
	list, _ := second.Cell("w")
	none, given := third.Cell("w")
	_, absent := third.Cell("two words")
	batch := tree.Expectations[0].Rules[1].Examples.Pass
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"parameter", as.Value == "2024-01-31"},
		{"a number keeps its digits", v.Kind == NumberValue && v.Text.Value == "0.10"},
		{"a quoted number is text", w.Kind == TextValue && w.Text.Value == "12"},
		{"odd name", there && odd.Kind == TextValue && odd.Text.Value == "yes"},
		{"leading zeros", seven.Kind == NumberValue && seven.Text.Value == "007"},
		{"list", list.Kind == ListValue && len(list.Items) == 2 && list.Items[1].Kind == NoValue},
		{"no value is given", given && none.Kind == NoValue && !absent},
		{"empty row", len(e.Unknown) == 1 && len(e.Unknown[0].Rows) == 1 && len(e.Unknown[0].Rows[0].Cells) == 0},
		{"batches", len(batch) == 2 && batch[0].Batch && len(batch[0].Rows) == 2 && batch[1].Batch && len(batch[1].Rows) == 0},
		{"place of a row", spanned(t, tree, e.Pass[0].Place) == `{v: 0.10, w: "12", "two words": yes}`},
		{"place of a row with blanks", spanned(t, tree, e.Pass[1].Place) == `{ v: 007 , w: [1, ~] }`},
		{"place of a batch", spanned(t, tree, batch[0].Place) == `[{v: 1}, {v: 2}]`},
		{"place of a value", spanned(t, tree, w.Place) == `"12"` && spanned(t, tree, list.Place) == `[1, ~]`},
		{"place of a row in a block", third.Place.Line == 9 && third.Place.Col == 11},
	} {
		if !c.ok {
			t.Errorf("%s is wrong", c.what)
		}
	}
}

// TestTestsHoldWhatIsWritten reads a document of tests, which a name or a key makes one.
func TestTestsHoldWhatIsWritten(t *testing.T) {
	const text = `tests:
  - name: negative
    table: t
    as_of: 2024-01-31
    rows: [{k: a, v: -1}]
    given: {u: [{k: a}, {k: b}]}
    before: []
    expect:
      v_in_range: {fail: [a, [b, 1]], pass: all}
      row_count() > 3: fail
      one: {unknown: a}
`
	tree, found := load(t, map[string]string{"expectations/a_test.yaml": text, "expectations/b.yaml": text, "expectations/c_test.yml": "kind: test\n" + text})
	for _, d := range found {
		t.Error(d.Error())
	}
	if len(tree.Tests) != 3 || len(tree.Expectations) != 0 {
		t.Fatalf("%d documents of tests", len(tree.Tests))
	}
	one := tree.Tests[0].Tests[0]
	given, _ := one.Given.Get("u")
	listed, _ := one.Expect.Get("v_in_range")
	word, _ := one.Expect.Get("row_count() > 3")
	short, _ := one.Expect.Get("one")
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"name and date", one.Name.Value == "negative" && one.AsOf.Value == "2024-01-31"},
		{"rows", one.HasRows && len(one.Rows) == 1 && len(given) == 2},
		{"an empty freeze is one", one.HasBefore && len(one.Before) == 0},
		{"keys", listed.Pass.All && len(listed.Fail.Items) == 2 && listed.Fail.Items[1].Kind == ListValue && !listed.Unknown.Set},
		{"a word", word.Word.Value == "fail"},
		{"one key", len(short.Unknown.Items) == 1 && short.Unknown.Items[0].Text.Value == "a"},
		{"order", slices.Equal(one.Expect.Keys(), []string{"v_in_range", "row_count() > 3", "one"})},
	} {
		if !c.ok {
			t.Errorf("%s is wrong", c.what)
		}
	}
}
