package cli

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

// typed runs a command line in an empty environment.
func typed(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(args, strings.NewReader(""), &out, &err, func(string) string { return "" })
	return code, out.String(), err.String()
}

func TestWhatIsTypedWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		line string
		want []string
	}{
		{"aply", []string{`unknown command "aply"`, `did you mean "apply"?`}},
		{"rn", []string{`did you mean "run"?`}},
		{"xyzzy", []string{"see runner --help"}},
		{"apply --onyl x", []string{"unknown flag --onyl of runner apply", "did you mean --only?"}},
		{"apply -q", []string{"unknown flag -q"}},
		{"apply --only", []string{"--only"}},
		{"apply --format yaml", []string{`--format "yaml" is not known`, "text, json"}},
		{"apply --log-format jsno", []string{`did you mean "json"?`}},
		{"apply a b", []string{"takes one pipeline", `"b"`}},
		{"version now", []string{"takes no arguments"}},
		{"db strat", []string{`did you mean "start"?`}},
		{"runs -1", nil},
		{"runs 0", []string{"not the number of a run"}},
		{"runs --limit 0", []string{"--limit"}},
		{"apply", []string{"no project here", "--project DIR"}},
		{"apply --project .", []string{"is no project"}},
		{"db status", []string{"no project here"}},
	} {
		code, stdout, stderr := typed(strings.Fields(c.line)...)
		if code != report.ExitSpec || stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", c.line, code, stdout)
		}
		for _, w := range c.want {
			if !strings.Contains(stderr, w) {
				t.Errorf("%s: no %q in\n%s", c.line, w, stderr)
			}
		}
	}
}

// TestEveryCommandExplainsItself holds every command to a help that says what it needs.
func TestEveryCommandExplainsItself(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, w := range []string{"Needs a database:", "Needs source data:", "Writes:"} {
			if !strings.Contains(c.Long, w) {
				t.Errorf("help of %s has no %q", c.CommandPath(), w)
			}
		}
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: short help %q", c.CommandPath(), c.Short)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	for _, c := range commands(&app{}) {
		walk(c)
	}
}

func TestFindRootWalksUp(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "shop", "data", "jan")
	if err := errors.Join(os.MkdirAll(deep, 0o755), os.MkdirAll(filepath.Join(root, "shop", "pipelines"), 0o755)); err != nil {
		t.Fatal(err)
	}
	a := &app{}
	if got, err := a.findRoot(deep); err != nil || got != filepath.Join(root, "shop") {
		t.Errorf("got %s, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(deep, "runner.yaml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := a.findRoot(deep); err != nil || got != deep {
		t.Errorf("the nearest is not taken: %s, %v", got, err)
	}
	a.flags.project = filepath.Join(root, "shop")
	if got, err := a.findRoot(deep); err != nil || got != a.flags.project {
		t.Errorf("--project is not taken: %s, %v", got, err)
	}
}

func TestInside(t *testing.T) {
	root := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "a"), 0o755), os.Symlink(root, link)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(root, "a", "b.yaml"): "a/b.yaml", root: ".", filepath.Join(root, "a", ".."): ".", filepath.Join(link, "a"): "a",
	} {
		if got, err := inside(root, path); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", path, got, err, want)
		}
	}
	for _, path := range []string{filepath.Dir(root), root + "x"} {
		if got, err := inside(root, path); err == nil {
			t.Errorf("%s: got %q, want an error", path, got)
		}
	}
}

func shop() *model.Pipeline {
	return &model.Pipeline{
		Name:   "shop",
		Params: []model.Param{{Name: "as_of", Env: "AS_OF"}, {Name: "dir"}},
		Loads: []*model.Load{
			{Table: model.Table{Name: "clients", Columns: []model.Column{{Name: "id"}, {Name: "fee"}}}},
			{Table: model.Table{Name: "orders", Columns: []model.Column{{Name: "nr"}}}},
		},
		Snapshots: []*model.Snapshot{{Name: "monthly", Table: model.Table{Columns: []model.Column{{Name: "fee"}}}}},
		Origin:    diag.Place{File: "pipelines/shop.yaml"},
	}
}

func TestSelection(t *testing.T) {
	for _, c := range []struct {
		s    selection
		want string // "" means fine
	}{
		{selection{}, ""},
		{selection{only: []string{"orders"}, adopt: []string{"clients"}, allowNarrow: []string{"clients.fee", "monthly.fee"}}, ""},
		{selection{restate: true, reason: "corrected"}, ""},
		{selection{restate: true, reason: " "}, "--restate needs --reason"},
		{selection{reason: "corrected"}, "--restate is not given"},
		{selection{only: []string{"client"}}, `did you mean "clients"`},
		{selection{adopt: []string{"zzz"}}, "shop has clients, orders"},
		{selection{allowNarrow: []string{"fee"}}, "is not TABLE.COLUMN"},
		{selection{allowNarrow: []string{"order.nr"}}, `did you mean "orders"`},
		{selection{allowNarrow: []string{"clients.fees"}}, `did you mean "fee"`},
	} {
		err := c.s.check(shop())
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.s, err, c.want)
		}
	}
}

func TestParams(t *testing.T) {
	for _, c := range []struct {
		flags []string
		env   string
		want  string // parameters, or the error
	}{
		{nil, "", ""},
		{nil, "2024-01-31", "as_of=2024-01-31"},
		{[]string{"as_of=2024-02-29"}, "2024-01-31", "as_of=2024-02-29"},
		{[]string{"dir=a=b"}, "", "dir=a=b"},
		{[]string{"dir="}, "", "dir="},
		{[]string{"dir=x", "dir=x"}, "", "dir=x"},
		{[]string{"dir=x", "dir=y"}, "", "given twice"},
		{[]string{"dir"}, "", "is not name=value"},
		{[]string{"=x"}, "", "is not name=value"},
		{[]string{"asof=1"}, "", `did you mean "as_of"`},
		{[]string{"zzzzzz=1"}, "", "shop has as_of, dir"},
	} {
		a := &app{flags: globals{params: c.flags}, getenv: func(name string) string {
			if name == "AS_OF" {
				return c.env
			}
			return ""
		}}
		got, err := a.params(shop(), a.getenv)
		text := ""
		for k, v := range got {
			text += k + "=" + v
		}
		if err != nil {
			text = err.Error()
		}
		if err == nil && text != c.want || !strings.Contains(text, c.want) {
			t.Errorf("%v with %q: got %q, want %q", c.flags, c.env, text, c.want)
		}
	}
}

func TestChoose(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "pipelines", "shop.yaml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(file))
	two := &model.Pipeline{Name: "two", Origin: diag.Place{File: "pipelines/other.yaml"}}
	one := &project{root: root, tree: &spec.Tree{}, model: &model.Project{Pipelines: []*model.Pipeline{shop()}}}
	both := &project{root: root, tree: &spec.Tree{}, model: &model.Project{Pipelines: []*model.Pipeline{shop(), two}}}
	none := &project{root: root, tree: &spec.Tree{}, model: &model.Project{}}
	for _, c := range []struct {
		p    *project
		word string
		want string
	}{
		{one, "", "shop"}, {both, "two", "two"}, {both, "shop.yaml", "shop"}, {both, "../pipelines/shop.yaml", "shop"}, {both, file, "shop"},
		{both, "", "which pipeline?"}, {none, "", "has no pipeline"}, {both, "tow", `did you mean "two"`}, {both, "qqqqq", "this project has shop, two"},
		{both, "none.yaml", "there is no file"}, {one, "..", "shop"},
	} {
		var args []string
		if c.word != "" {
			args = []string{c.word}
		}
		got, err := c.p.choose("apply", args)
		switch {
		case err != nil && !strings.Contains(err.Error(), c.want):
			t.Errorf("%q: %v, want %q", c.word, err, c.want)
		case err == nil && got.Name != c.want:
			t.Errorf("%q: got %s, want %q", c.word, got.Name, c.want)
		}
	}
}

func TestReplaceFileKeepsTheOldOneOnFailure(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.json")
	for _, content := range []string{"first, and longer", "second"} {
		if err := writeFile(path, text(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := writeFile(filepath.Join(dir, "no", "out"), text("")); err == nil {
		t.Error("no error for a folder that is not there")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.Symlink(path, link), writeFile(link, text("third")), writeFile(os.DevNull, text(""))); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "third" {
		t.Errorf("the link was not followed: %q, %v", got, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

// text writes a text.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}
