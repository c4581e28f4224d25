package spec

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestFix changes a part of a rule in the file, however the rule is written, and reads it again.
func TestFix(t *testing.T) {
	for _, tc := range []struct{ rule, from, text, want string }{ // want is the rule read again, empty where no change can be told
		{`a <> 'x'`, "<>", "!=", `a != 'x'`},
		{`"a <> 'x'"`, "'x'", `"y\\"`, `a <> "y\\"`},
		{`'a <> ''x'''`, "'x'", `'y'`, `a <> 'y'`},
		{"|\n      a <> 3\n      and b", "<>", "# : '\"", "a # : '\" 3\nand b"},
		{`a in (1, 2)`, "(1, 2)", "[1, 2]", "a in [1, 2]"},
		{`a <> 3`, "a <> 3", "[a]", ""},
		{`a <> 3`, "<>", "in [1],", ""},
		{`a <> 3`, "<>", "? b : c", ""},
		{`a <> 3`, "<>", " # b", ""},
		{`a <> 3`, "a", `"x"`, ""},
		{">-\n      a <>\n      b", "a <> b", "c", ""},
	} {
		file := "kind: expectations\ntable: t\nrules:\n  - " + tc.rule + "\n"
		rule := ruleOf(t, file)
		i := strings.Index(rule.Value, tc.from)
		fix := rule.Fix(i, i+len(tc.from), tc.text)
		if tc.want == "" || fix == nil {
			if tc.want != "" || fix != nil {
				t.Errorf("%s: %+v", tc.rule, fix)
			}
			continue
		}
		lines := strings.Split(file, "\n")
		l := lines[fix.Line-1]
		lines[fix.Line-1] = l[:fix.Col-1] + fix.Text + l[fix.EndCol-1:]
		if got := strings.TrimSpace(ruleOf(t, strings.Join(lines, "\n")).Value); got != tc.want {
			t.Errorf("%s became %q, want %q", tc.rule, got, tc.want)
		}
	}
}

func ruleOf(t *testing.T, text string) Str {
	t.Helper()
	tree, list := Load(fstest.MapFS{"expectations/t.yaml": &fstest.MapFile{Data: []byte(text)}}, nil)
	if len(tree.Expectations) != 1 || len(tree.Expectations[0].Rules) != 1 {
		t.Fatal(text, list)
	}
	return tree.Expectations[0].Rules[0].Rule
}
