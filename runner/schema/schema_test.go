package schema

import (
	"bytes"
	"flag"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"streamflow/runner/check"
	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

var update = flag.Bool("update", false, "write docs/runner.schema.json anew")

// compiled is a schema as a validator reads it.
func compiled(t *testing.T, kinds []*spec.Kind, names *Names) *jsonschema.Schema {
	t.Helper()
	text, err := Of(kinds, names)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("runner.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("runner.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documents are those of a file as an editor sees them: the dates of YAML 1.1 are texts.
func documents(t *testing.T, text []byte) (out []any) {
	t.Helper()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		if v := plainValue(t, &n); v != nil {
			out = append(out, v)
		}
	}
}

func plainValue(t *testing.T, n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return plainValue(t, n.Content[0])
	case yaml.AliasNode:
		return plainValue(t, n.Alias)
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plainValue(t, c))
		}
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			v := plainValue(t, n.Content[i+1])
			if n.Content[i].Tag == "!!merge" {
				for _, m := range append([]any{}, asList(v)...) {
					for key, value := range m.(map[string]any) {
						if _, own := out[key]; !own {
							out[key] = value
						}
					}
				}
				continue
			}
			out[n.Content[i].Value] = v
		}
		return out
	}
	if n.Tag == "!!timestamp" || n.Tag == "!!str" || strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Value
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if f, ok := v.(int); ok {
		return float64(f)
	}
	return v
}

func asList(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// projects are all specs that tests hold, by name.
func projects(t *testing.T) map[string]fs.FS {
	t.Helper()
	out := map[string]fs.FS{"example": os.DirFS("../..")}
	for _, pattern := range []string{"../explain/cases/*", "../explain/testdata/*", "../check/testdata/ok/*", "../spec/testdata/ok/*", "../spec/testdata/err/*", "../testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				continue
			}
			fsys := fstest.MapFS{}
			switch filepath.Ext(name) {
			case ".yaml":
				fsys["pipelines/example.yaml"] = &fstest.MapFile{Data: text}
			case ".txtar":
				for _, f := range txtar.Parse(text).Files {
					if fs.ValidPath(f.Name) {
						fsys[f.Name] = &fstest.MapFile{Data: f.Data}
					}
				}
			}
			if len(fsys) > 0 {
				out[name] = fsys
			}
		}
	}
	return out
}

// TestTakesWhatLintTakes: every spec without an error or an unquoted true (Y106) is valid, and with the names of its own project too.
func TestTakesWhatLintTakes(t *testing.T) {
	general, files, docs := compiled(t, spec.Manual(), nil), 0, 0
	all := projects(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		tree, list := spec.Load(all[name], nil)
		unread := list.HasErrors()
		_, more := check.Check(tree)
		bad := map[string]bool{}
		for _, d := range append(list, more...) {
			if d.Severity == diag.Error || d.ID == "Y106" {
				bad[d.File] = true
			}
		}
		own := compiled(t, spec.Manual(), NamesOf(tree, !unread))
		for path, text := range tree.Sources {
			if bad[path] {
				continue
			}
			files++
			for _, doc := range documents(t, text) {
				docs++
				if err := general.Validate(doc); err != nil {
					t.Errorf("%s %s: %v", name, path, err)
				} else if err := own.Validate(doc); err != nil {
					t.Errorf("%s %s, with the names of its project: %v", name, path, err)
				}
			}
		}
	}
	t.Logf("%d documents of %d files", docs, files)
	if docs < 100 {
		t.Errorf("only %d documents were tried", docs)
	}
}

// TestRefusesFaultsOfShape: a file in which the loader finds a missing, unknown or wrong key is invalid. What a schema cannot know is
// listed.
func TestRefusesFaultsOfShape(t *testing.T) {
	general := compiled(t, spec.Manual(), nil)
	all := projects(t)
	tried := 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		tree, list := spec.Load(all[name], nil)
		shape := map[string][]diag.Diagnostic{}
		for _, d := range list {
			if slices.Contains([]string{"Y103", "Y104", "Y105"}, d.ID) && d.Severity == diag.Error && !beyond(d.Message) {
				shape[d.File] = append(shape[d.File], d)
			}
		}
		for path, found := range shape {
			if slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.File == path && d.ID == "Y101" }) {
				continue
			}
			tried++
			valid := true
			for _, doc := range documents(t, tree.Sources[path]) {
				valid = valid && general.Validate(doc) == nil
			}
			if valid {
				t.Errorf("%s %s is valid in spite of %v", name, path, found)
			}
		}
	}
	t.Logf("%d files", tried)
}

// beyond tells of findings of shape that a schema cannot make.
func beyond(message string) bool {
	for _, part := range []string{"is described twice", "a key must be text", "has no \"kind\"", "means nothing here", `"<<" must`} {
		if strings.Contains(message, part) {
			return true
		}
	}
	return false
}

// TestDocsSchema holds the copy in the documentation against the table of fields.
func TestDocsSchema(t *testing.T) {
	const name = "../../docs/runner.schema.json"
	text, err := Of(spec.Manual(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(name); err != nil || !bytes.Equal(was, text) {
		t.Errorf("%s is not up to date: go test ./runner/schema -run Docs -update (%v)", name, err)
	}
}

// TestKeys: every key that the loader reads is in the schema, and the reverse.
func TestKeys(t *testing.T) {
	w := &writer{defined: map[string]bool{}}
	var walk func(k *spec.Kind)
	seen := map[string]bool{}
	walk = func(k *spec.Kind) {
		if seen[k.Name] {
			return
		}
		seen[k.Name] = true
		var want, got []string
		for _, f := range k.Fields {
			want = append(want, f.Name)
			if f.Kind != nil {
				walk(f.Kind)
			}
		}
		for _, m := range w.kind(k).get("properties") {
			got = append(got, m.key)
			if doc := m.value.(object); doc[0].key != "description" || doc[0].value == "" {
				t.Errorf("key %s of a %s has no description", m.key, k.Name)
			}
		}
		if !slices.Equal(want, got) {
			t.Errorf("%s has keys %v, the schema %v", k.Name, want, got)
		}
	}
	for _, k := range spec.Manual() {
		walk(k)
	}
	if len(seen) < 20 {
		t.Errorf("only %d kinds", len(seen))
	}
}

// TestOneNameOneKind: definitions are by name, so no two kinds may share one.
func TestOneNameOneKind(t *testing.T) {
	keys := map[string][]string{}
	var walk func(k *spec.Kind)
	walk = func(k *spec.Kind) {
		var own []string
		for _, f := range k.Fields {
			own = append(own, f.Name)
		}
		if first, ok := keys[k.Name]; ok {
			if !slices.Equal(first, own) {
				t.Errorf("two kinds are called %q", k.Name)
			}
			return
		}
		keys[k.Name] = own
		for _, f := range k.Fields {
			if f.Kind != nil {
				walk(f.Kind)
			}
		}
	}
	for _, k := range spec.Manual() {
		walk(k)
	}
}

// TestDeprecated: an old name is taken, marked, and enough where the key is required.
func TestDeprecated(t *testing.T) {
	kinds := spec.Manual()
	for _, k := range kinds {
		for i := range k.Fields {
			if k.Name == "entity" && k.Fields[i].Name == "key" {
				k.Fields[i].Was = []string{"join_key"}
			}
		}
	}
	s := compiled(t, kinds, nil)
	for text, ok := range map[string]bool{"{kind: entity, name: a, key: {id: text}}": true, "{kind: entity, name: a, join_key: {id: text}}": true, "{kind: entity, name: a}": false} {
		if err := s.Validate(documents(t, []byte(text))[0]); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
	text, _ := Of(kinds, nil)
	if !bytes.Contains(text, []byte(`"deprecationMessage": "write key"`)) {
		t.Error("the old name is not marked")
	}
}

// TestShapes tries what the cases of lint do not.
func TestShapes(t *testing.T) {
	tree, _ := spec.Load(fstest.MapFS{"a.yaml": {Data: []byte("{kind: pipeline, name: p, params: {as_of: date}, tables: {users: {primary_key: id, columns: {id: text, n: integer}}}, snapshots: {s: {from: users}}}")}}, []string{"a.yaml"})
	general, own := compiled(t, spec.Manual(), nil), compiled(t, spec.Manual(), NamesOf(tree, true))
	for _, c := range []struct {
		text     string
		ok, here bool // in general, and in the project
	}{
		{"{name: x, timezone: UTC}", true, true},
		{"{name: x, tables: {}}", false, false}, // the kind was forgotten
		{"{tests: [{name: x, table: users, rows: []}]}", true, true},
		{"{kind: pipelines, name: x}", false, false},
		{"{kind: expectations, table: users, rules: [n > 0, {rule: n > 0}]}", true, true},
		{"{kind: expectations, table: user, rules: []}", true, false},
		{"{kind: expectations, rules: []}", false, false},
		{"{kind: expectations, table: users, snapshot: s, rules: []}", false, false},
		{"{kind: expectations, table: users, rules: [{rule: a, sql: b}]}", false, false},
		{"{kind: expectations, table: users, rules: [{name: a}]}", false, false},
		{"{kind: pipeline, name: p, tables: {t: {columns: {a: {type: text, nullable: \"no\"}}}}}", false, false},
		{"{kind: pipeline, name: p, tables: {t: {columns: {a: text}, source: {max_shrink: \"off\", path: a.csv}}}}", true, true},
		{"{kind: pipeline, name: p, tables: {t: {columns: {a: text}, source: {max_shrink: \"of\", path: a.csv}}}}", false, false},
		{"{kind: pipeline, name: p, tables: {t: {columns: {a: text}, indexes: [a, [a], {columns: a}], references: [{columns: a, table: t}]}}}", true, true},
		{"{kind: pipeline, name: p, tables: {t: {columns: {a: text}, references: {a: t}, mode: apend}}}", false, false},
		{"{kind: pipeline, name: p, tables: {users: {columns: {a: text}, primary_key: a, indexes: [a, {columns: [a]}]}}}", true, true}, // a new column
		{"{kind: pipeline, name: p, snapshots: {s: {from: new}}}", true, true},
		{"{kind: pipeline, name: p, params: {a: dat}}", false, false},
		{"{kind: pipeline, name: p, partitions: {every: month}}", false, false},
		{"{kind: pipeline, name: p, partitions: [{as_of: 2024-01-31}]}", true, true},
		{"{kind: pipeline, name: p, partitions: [a]}", false, false},
	} {
		doc := documents(t, []byte(c.text))[0]
		if err := general.Validate(doc); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.text, err)
		}
		if err := own.Validate(doc); (err == nil) != c.here {
			t.Errorf("in the project: %s: %v", c.text, err)
		}
	}
}

// TestSnippets: a new document of a kind, with its placeholders filled in, is valid.
func TestSnippets(t *testing.T) {
	general := compiled(t, spec.Manual(), nil)
	placeholder := regexp.MustCompile(`\$\{\d+:(\w+)\}|"\$0"`)
	for _, k := range spec.Manual() {
		var text bytes.Buffer
		if err := plain(&text, snippet(k)); err != nil {
			t.Fatal(err)
		}
		filled := placeholder.ReplaceAllString(text.String(), "$1")
		body := documents(t, []byte(strings.ReplaceAll(filled, "[]", "[{name: a, table: b}]")))[0].(map[string]any)["body"]
		if err := general.Validate(body); err != nil {
			t.Errorf("%s: %v", text.String(), err)
		}
	}
}
