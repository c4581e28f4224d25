package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"streamflow/runner/fix"
	"streamflow/runner/internal/diag"
)

// inMemory reads a project from memory, as lint --fix reads one from disk.
func inMemory(fsys fs.FS) func(texts map[string][]byte) (*linted, error) {
	return func(texts map[string][]byte) (*linted, error) {
		p := readSpecs("", overlay{fsys, texts}, nil, func(string) bool { return true }, time.Date(2024, 2, 3, 0, 0, 0, 0, time.UTC))
		return choose(p, nil), nil
	}
}

// faulty are the projects that show what lint finds: those of the documentation and of the tests of its checks.
func faulty(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	out := map[string]fstest.MapFS{}
	for _, pattern := range []string{"../explain/cases/*.yaml", "../explain/cases/*.txtar", "../explain/testdata/*.txtar", "../check/testdata/*/*.yaml", "../check/testdata/*/*.txtar"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{"pipelines/example.yaml": {Data: text}}
			if filepath.Ext(name) == ".txtar" {
				fsys = fstest.MapFS{}
				for _, f := range txtar.Parse(text).Files {
					fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			out[name] = fsys
		}
	}
	return out
}

// TestFixNeverMakesWorse mends every faulty project: there are never more errors after it, but for those that a misspelt key or table hid, and a
// second time changes nothing.
func TestFixNeverMakesWorse(t *testing.T) {
	projects := faulty(t)
	if len(projects) < 60 {
		t.Fatalf("only %d projects", len(projects))
	}
	fixed := map[string]int{}
	for name, fsys := range projects {
		t.Run(filepath.Base(name), func(t *testing.T) {
			before, after, m := fixAll(t, fsys)
			hid := slices.ContainsFunc(m.Done, func(d fix.Made) bool { return fix.Hides(d.Diagnostic) })
			if after.findings.Count(diag.Error) > before.findings.Count(diag.Error) && !hid {
				t.Errorf("%d errors became %d", before.findings.Count(diag.Error), after.findings.Count(diag.Error))
			}
			for _, d := range m.Done {
				fixed[d.ID]++
			}
			for file, text := range m.Texts {
				fsys[file] = &fstest.MapFile{Data: text}
			}
			if _, _, again := fixAll(t, fsys); len(again.Done) > 0 {
				t.Errorf("the second time %d fixes were made: %v", len(again.Done), again.Done[0])
			}
		})
	}
	t.Logf("fixed: %v", fixed)
	for _, id := range []string{"Y103", "Y105", "Y107", "R201", "R202", "R208", "T303", "E401", "E402"} {
		if fixed[id] == 0 {
			t.Errorf("no finding %s was fixed", id)
		}
	}
}

// TestFixLeavesTheBadOne mends many and leaves the one whose key would be there twice.
func TestFixLeavesTheBadOne(t *testing.T) {
	fsys := fstest.MapFS{"pipelines/p.yaml": {Data: []byte("kind: pipeline\nname: p\ntables:\n  t:\n    source: t.csv\n    primary_kye: id\n    columns: {id: integr, fee: numerc}\n    column: {}\n")},
		"expectations/t.yaml": {Data: []byte("kind: expectations\ntable: t\nrules: [fee > 1]\nrulez:\n  - fees > 0\n  - fe > 0\n")}}
	_, after, m := fixAll(t, fsys)
	if got := string(m.Texts["expectations/t.yaml"]); got != "" {
		t.Errorf("got\n%s", got)
	}
	if want := "kind: pipeline\nname: p\ntables:\n  t:\n    source: t.csv\n    primary_key: id\n    columns: {id: integer, fee: numeric}\n    column: {}\n"; string(m.Texts["pipelines/p.yaml"]) != want {
		t.Errorf("got\n%s", m.Texts["pipelines/p.yaml"])
	}
	if n := after.findings.Count(diag.Error); n != 2 {
		t.Errorf("%d errors are left: %v", n, after.findings)
	}
}

// TestFixOfWhatHides holds that a misspelt key, kind or table is fixed although what it hid has faults, and that a fix is not taken for such a one
// when it makes a fault where it stands or above it.
func TestFixOfWhatHides(t *testing.T) {
	const pipeline = "kind: pipeline\nname: p\ntables:\n  t:\n    source: t.csv\n    primary_key: id\n    columns: {id: integer, fee: numeric}\n"
	const rules = "kind: expectations\ntable: t\nrules:\n  - nothing > 1\n  - nobody > 1\n"
	for _, c := range []struct{ name, pipeline, rules, changed, want string }{
		{"a table", pipeline, strings.Replace(rules, "table: t", "table: tt", 1), "expectations/t.yaml", rules},
		{"a key", pipeline, strings.Replace(rules, "rules", "rulse", 1), "expectations/t.yaml", rules},
		{"tables, with the faults in another file", strings.Replace(pipeline, "tables", "table", 1), rules, "pipelines/p.yaml", pipeline},
		{"a kind", strings.Replace(pipeline, "kind: pipeline", "kind: pipline", 1), rules, "pipelines/p.yaml", pipeline},
		{"a reference of another type", pipeline + "  u: {source: u.csv, primary_key: id, references: {fee: tt}, columns: {id: text, fee: date}}\n", "", "pipelines/p.yaml", ""},
		{"a key whose value is no mapping", pipeline + "snapshot: x\n", "", "pipelines/p.yaml", ""},
		{"a key that is there already", strings.Replace(pipeline, "    columns:", "    colums: {id: integer}\n    columns:", 1), "", "pipelines/p.yaml", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, m := fixAll(t, fstest.MapFS{"pipelines/p.yaml": {Data: []byte(c.pipeline)}, "expectations/t.yaml": {Data: []byte(c.rules)}})
			if got := string(m.Texts[c.changed]); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func fixAll(t *testing.T, fsys fs.FS) (before, after *linted, m fix.Mended) {
	t.Helper()
	read := inMemory(fsys)
	before, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	after, m, err = fix.Mend(before, read)
	if err != nil {
		t.Fatal(err)
	}
	return before, after, m
}

// TestFixOfTexts shows what single fixes write.
func TestFixOfTexts(t *testing.T) {
	for _, c := range []struct{ name, rules, want string }{
		{"a column", "- fees >= 0", "- fee >= 0"},
		{"two names, one of them with several near it", "- fees >= 0 and ie > 1", "- fee >= 0 and ie > 1"},
		{"a function", "- lenn(name) > 1", "- len(name) > 1"},
		{"a comment that was none", `- name != "#` + `" and name != "a #b"`, `- 'name != "#" and name != "a #b"'`},
		{"a colon in a rule", `- rule: name == "a: b"`, `- rule: 'name == "a: b"'`},
		{"a colon in an item", `- name == "a: b"`, `- 'name == "a: b"'`},
		{"a tag", "- !ok", `- "!ok"`},
		{"a quote at the beginning", `- "a" == name`, `- '"a" == name'`},
		{"a habit", "- name = 'x' and fee <> 1", "- name == 'x' and fee != 1"},
		{"a key", "- {rul: fee > 1}", "- {rule: fee > 1}"},
		{"a key that is not near one alone", "- {rule: fee > 1, e: 1}", "- {rule: fee > 1, e: 1}"},
		{"a word", "- {rule: fee > 1, severity: wran}", "- {rule: fee > 1, severity: warn}"},
		{"a word that others read as no", "- {name: no, rule: fee > 1}", `- {name: "no", rule: fee > 1}`},
		{"a share", "- {rule: fee > 1, at_least: 99%}", "- {rule: fee > 1, at_least: 0.99}"},
		{"in quotes", `- "fees >= 0 and name != \"\""`, `- "fee >= 0 and name != \"\""`},
		{"in a block", "- |\n    fee > 1 and\n    fees >= 0", "- |\n    fee > 1 and\n    fee >= 0"},
	} {
		const pipeline = "kind: pipeline\nname: p\ntables:\n  t:\n    source: t.csv\n    primary_key: id\n    columns: {id: integer, fee: numeric, name: text, ok: boolean, ia: date, ib: date}\n"
		head := "kind: expectations\ntable: t\nrules:\n  "
		for how, change := range map[string]func(string) string{
			"as it is": func(s string) string { return s },
			"crlf":     func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") },
		} {
			fsys := fstest.MapFS{"pipelines/p.yaml": {Data: []byte(pipeline)}, "expectations/t.yaml": {Data: []byte(change(head + c.rules + "\n"))}}
			_, _, m := fixAll(t, fsys)
			want := change(head + c.want + "\n")
			if got := string(m.Texts["expectations/t.yaml"]); got != want && !(got == "" && c.rules == c.want) {
				t.Errorf("%s, %s: got\n%q\nwant\n%q", c.name, how, got, want)
			}
		}
	}
}
