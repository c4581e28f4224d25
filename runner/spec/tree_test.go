package spec

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

func load(t *testing.T, files map[string]string, paths ...string) (*Tree, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return Load(fsys, paths)
}

// TestTreeHoldsWhatIsWritten reads a document with every shape and form and looks at the values.
func TestTreeHoldsWhatIsWritten(t *testing.T) {
	tree, found := load(t, map[string]string{"pipelines/p.yaml": `
kind: pipeline
name: p
params: {as_of: date}
partitions:
  - {as_of: 2024-01-31, dir: d/1}
tables:
  b:
    source: {path: "x/${as_of:%Y-%m}.csv", header: false, max_errors: 7, max_shrink: off, min_rows: 0}
    primary_key: [k, l]
    references: {k: a, l: c}
    columns:
      z: text
      k: {type: integer, nullable: false, from: [K, kk], null_values: []}
    indexes: [z, [k, z], {columns: z, unique: true}]
  a: {source: y.csv, columns: {q: 'date'}}
materialize: one
`}, "pipelines/p.yaml")
	for _, d := range found {
		t.Error(d.Error())
	}
	p := tree.Pipelines[0]
	b, _ := p.Tables.Get("b")
	k, _ := b.Columns.Get("k")
	z, _ := b.Columns.Get("z")
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"order of tables", slices.Equal(p.Tables.Keys(), []string{"b", "a"})},
		{"short parameter", p.Params.Entries[0].Value.Type.Value == "date"},
		{"partition", p.Partitions.List[0].Values.Entries[0].Value.Value == "2024-01-31" && p.Partitions.Every == nil},
		{"template", b.Source.Path.Template.String() == "x/${as_of:%Y-%m}.csv" && b.Source.Path.Template[1].Format == "%Y-%m"},
		{"false is given", b.Source.Header.Set && !b.Source.Header.Value},
		{"zero is given", b.Source.MinRows.Set && b.Source.MinRows.Value == 0 && b.Source.MaxErrors.Value == 7 && !b.Source.MaxRejects.Set},
		{"word for a number", b.Source.MaxShrink.Word == "off"},
		{"key", slices.Equal(b.PrimaryKey.Strings(), []string{"k", "l"})},
		{"references", len(b.References.List) == 2 && b.References.List[1].Columns.Items[0].Value == "l" && b.References.List[1].Table.Value == "c"},
		{"column", k.Type.Value == "integer" && k.Nullable.Set && !k.Nullable.Value && len(k.From.Items) == 2},
		{"empty list is given", k.NullValues.Set && len(k.NullValues.Items) == 0 && !z.NullValues.Set},
		{"indexes", len(b.Indexes.List) == 3 && len(b.Indexes.List[1].Columns.Items) == 2 && b.Indexes.List[2].Unique.Value},
		{"one or many", slices.Equal(p.Materialize.Strings(), []string{"one"})},
		{"place of a table", b.Place.Line == 8 && b.Place.Col == 3},
		{"place of a key", b.Columns.Entries[1].Key.Place.Line == 14},
		{"source text", strings.Contains(string(tree.Sources["pipelines/p.yaml"]), "kind: pipeline")},
	} {
		if !c.ok {
			t.Errorf("%s is wrong", c.what)
		}
	}
}

// TestMergeKeys: a key beside a merge wins over the merged one, and the order is own keys first.
func TestMergeKeys(t *testing.T) {
	tree, found := load(t, map[string]string{"a.yaml": `
kind: pipeline
name: p
tables:
  a: {columns: &c {x: text, y: date}}
  b: {columns: {<<: *c, y: integer, z: uuid}}
`}, "a.yaml")
	b, _ := tree.Pipelines[0].Tables.Get("b")
	y, _ := b.Columns.Get("y")
	if len(found) > 0 || y.Type.Value != "integer" || !slices.Equal(b.Columns.Keys(), []string{"y", "z", "x"}) {
		t.Errorf("got %v, keys %v, y %v", found, b.Columns.Keys(), y.Type.Value)
	}
}

func TestFaultsCarryTheirPath(t *testing.T) {
	_, found := load(t, map[string]string{"a.yaml": "kind: pipeline\nname: p\ntables: {t: {columns: {c: {typ: text, type: x}}}}\n"}, "a.yaml")
	if len(found) != 1 || found[0].Path != "tables.t.columns.c" {
		t.Errorf("got %+v", found)
	}
}

// TestFilesAreFound: which files are read, with and without names.
func TestFilesAreFound(t *testing.T) {
	files := map[string]string{
		"runner.yaml": "name: x\n", "pipelines/b.yaml": "kind: pipeline\nname: b\n", "pipelines/sub/a.YML": "kind: pipeline\nname: a\n",
		"pipelines/note.txt": "x", "pipelines/.git/c.yaml": "kind: pipeline\nname: c\n", "other/d.yaml": "kind: pipeline\nname: d\n",
	}
	names := func(tree *Tree) string {
		var out []string
		for _, p := range tree.Pipelines {
			out = append(out, p.Name.Value)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		paths []string
		want  string
		fault string
	}{
		{nil, "b a", ""},
		{[]string{"other"}, "d", ""},
		{[]string{"./other/d.yaml", "other"}, "d", ""},
		{[]string{"."}, "d b a", ""},
		{[]string{"nowhere.yaml"}, "", "cannot be read"},
		{[]string{"../x.yaml"}, "", "leads out of the project"},
		{[]string{"/etc/x.yaml"}, "", "leads out of the project"},
	} {
		tree, found := load(t, files, c.paths...)
		if names(tree) != c.want || (c.fault == "") != (len(found) == 0) || c.fault != "" && !strings.Contains(found[0].Message, c.fault) {
			t.Errorf("%v: got %q and %v, want %q and %q", c.paths, names(tree), found, c.want, c.fault)
		}
	}
	if tree, found := Load(fstest.MapFS{}, nil); tree == nil || len(found) > 0 {
		t.Errorf("an empty project: %v", found)
	}
}

// TestUnreadableFile: a file that cannot be opened is a finding and stops nothing else.
func TestUnreadableFile(t *testing.T) {
	good := fstest.MapFS{"a.yaml": {Data: []byte("kind: pipeline\nname: a\n")}, "b.yaml": {Data: []byte("x")}}
	tree, found := Load(broken{good}, []string{"a.yaml", "b.yaml"})
	if len(tree.Pipelines) != 1 || len(found) != 1 || found[0].ID != "Y109" || found[0].File != "b.yaml" {
		t.Errorf("got %v", found)
	}
}

type broken struct{ fstest.MapFS }

// Open fails for one file.
func (b broken) Open(name string) (fs.File, error) {
	if name == "b.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

// TestDeprecatedKey: no key of ours was renamed yet, so the walker is shown one that was.
func TestDeprecatedKey(t *testing.T) {
	old := text("fresh", Text, "a key", func(p *Param) *Str { return &p.Env })
	old.Was = []string{"stale"}
	kind := newKind("thing", "", func(p *Param) *diag.Place { return &p.Place }, []Field{old.required()})
	roots, _ := parseYAML("stale: x\n")
	var found diag.List
	w := &walker{file: newFile("x.yaml", "stale: x\n"), diags: &found}
	var p Param
	w.fill(kind, &p, roots[0], "the thing", diag.Place{})
	if p.Env.Value != "x" || len(found) != 1 || found[0].ID != "Y111" || found[0].Hint != `write "fresh"` {
		t.Errorf("got %q and %v", p.Env.Value, found)
	}
	if want := (diag.Fix{Place: found[0].Place, Text: "fresh"}); found[0].Fix == nil || *found[0].Fix != want {
		t.Errorf("got the fix %v, want %v", found[0].Fix, want)
	}
}

func TestTemplates(t *testing.T) {
	def := "a b"
	empty := ""
	for _, c := range []struct {
		text string
		want model.Template
	}{
		{"plain", model.Template{{Text: "plain"}}},
		{"${a}", model.Template{{Param: "a"}}},
		{"x/${d:%Y-%m}/y", model.Template{{Text: "x/"}, {Param: "d", Format: "%Y-%m"}, {Text: "/y"}}},
		{"${env:A}${env:B:-a b}", model.Template{{Env: "A"}, {Env: "B", EnvDefault: &def}}},
		{"${env:B:-}", model.Template{{Env: "B", EnvDefault: &empty}}},
		{"$${a}$", model.Template{{Text: "${a}$"}}},
		{"$a {table} }", model.Template{{Text: "$a {table} }"}}},
	} {
		var found diag.List
		w := &walker{file: newFile("x", ""), diags: &found}
		got, ok := w.parseTemplate(Str{Value: c.text, Set: true})
		same := slices.EqualFunc(got, c.want, func(a, b model.Part) bool {
			sameDefault := (a.EnvDefault == nil) == (b.EnvDefault == nil) && (a.EnvDefault == nil || *a.EnvDefault == *b.EnvDefault)
			return sameDefault && a.Text == b.Text && a.Param == b.Param && a.Format == b.Format && a.Env == b.Env
		})
		if !ok || !same {
			t.Errorf("%q: got %+v, %v", c.text, got, found)
		}
	}
}

// TestKindsAreWhole: what a schema and documentation will be made from says something about every key, and nothing twice.
func TestKindsAreWhole(t *testing.T) {
	var visit func(k *Kind)
	visit = func(k *Kind) {
		seen := map[string]bool{}
		if k.Doc == "" || len(k.Fields) == 0 {
			t.Errorf("kind %s says too little", k.Name)
		}
		for _, f := range k.Fields {
			if f.Doc == "" || f.bind == nil || seen[f.Name] {
				t.Errorf("field %s of %s has no doc, is never read, or comes twice", f.Name, k.Name)
			}
			seen[f.Name] = true
			for _, a := range slices.Concat(f.Aka, f.Opposite) {
				if _, real := k.field(a); real {
					t.Errorf("%s.%s: the wrong name %q is a right one", k.Name, f.Name, a)
				}
			}
			if f.Kind != nil {
				visit(f.Kind)
			}
		}
		for _, name := range append(slices.Clone(k.OneOf), k.Short) {
			if _, ok := k.field(name); name != "" && !ok {
				t.Errorf("kind %s has no field %q", k.Name, name)
			}
		}
	}
	for _, k := range Kinds() {
		visit(k)
	}
}
