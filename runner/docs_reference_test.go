package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/internal/devpg"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

var generated = regexp.MustCompile(`(?s)<!-- generated: ([a-z_ ]+) -->\n.*?<!-- end -->`)

// generate fills the parts of a page that come from the program's own tables.
func (p *page) generate(text string) string {
	return generated.ReplaceAllStringFunc(text, func(part string) string {
		name := generated.FindStringSubmatch(part)[1]
		what, of, _ := strings.Cut(name, " ")
		body := ""
		switch what {
		case "keys":
			body = p.keysOf(of)
		case "types":
			body = "`" + strings.Join(model.TypeNames(), "`, `") + "`\n"
		case "functions":
			body = functionGroups()
		case "aggregates":
			body = functionTable(func(f expression.Function) bool { return f.Aggregate && !f.Elsewhere })
		case "windows":
			body = functionTable(func(f expression.Function) bool { return f.Window })
		case "elsewhere":
			body = functionTable(func(f expression.Function) bool { return f.Elsewhere })
		case "equals":
			body = expectationRules(p.T)
		case "suites":
			body = expectationDetails(p.T)
		case "commands":
			body = p.commands()
		default:
			p.Errorf("%s: nothing generates %q", p.path, name)
		}
		return "<!-- generated: " + name + " -->\n" + body + "<!-- end -->"
	})
}

// TestDocsJSON wants every key of the JSON documents explained, beside the examples.
func TestDocsJSON(t *testing.T) {
	page, err := os.ReadFile("../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("report/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "internal/diag/diag.go") {
		if filepath.Base(file) == "sarif.go" { // its keys are those of a standard
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`json:"([a-z0-9_]+)`).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(string(page), "`"+m[1]+"`") {
				t.Errorf("docs/json.md does not explain %s of %s", m[1], file)
			}
		}
	}
}

// keysOf writes the keys of a document and, after it, of its parts, each once on the page.
func (p *page) keysOf(name string) string {
	var b strings.Builder
	queue := []*spec.Kind{}
	for _, k := range spec.Manual() {
		if k.Name == name {
			queue = append(queue, k)
		}
	}
	if len(queue) == 0 {
		p.Errorf("there is no kind %q", name)
	}
	if p.kinds == nil {
		p.kinds = map[string]bool{}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		k := queue[0]
		if p.kinds[k.Name] {
			continue
		}
		p.kinds[k.Name] = true
		fmt.Fprintf(&b, "### %s\n\n%s\n\n%s\n", k.Name, k.Doc, k.Table())
		for _, f := range k.Fields {
			if f.Kind != nil && f.State != spec.Refused {
				queue = append(queue, f.Kind)
			}
		}
	}
	return b.String()
}

// TestReferenceIsWhole wants every kind on the page of reference.
func TestReferenceIsWhole(t *testing.T) {
	page, err := os.ReadFile("../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(k *spec.Kind)
	walk = func(k *spec.Kind) {
		if !strings.Contains(string(page), "\n### "+k.Name+"\n") {
			t.Errorf("docs/reference.md has no section %q: it is written by go test ./runner -run Docs -update", k.Name)
		}
		for _, f := range k.Fields {
			if f.Kind != nil && f.State != spec.Refused {
				walk(f.Kind)
			}
		}
	}
	for _, k := range spec.Manual() {
		walk(k)
	}
}

// functionGroups writes the functions of a row, each group under its heading.
func functionGroups() string {
	var b strings.Builder
	last := ""
	for _, f := range expression.Functions() {
		if f.Group == last || f.Aggregate || f.Window || f.Elsewhere {
			continue
		}
		last = f.Group
		fmt.Fprintf(&b, "\n### %s\n\n%s", strings.ToUpper(last[:1])+last[1:], functionTable(func(f expression.Function) bool { return f.Group == last }))
	}
	return b.String() + "\n"
}

func functionTable(take func(expression.Function) bool) string {
	var b strings.Builder
	b.WriteString("| function | gives | example |\n|---|---|---|\n")
	for _, f := range expression.Functions() {
		if !take(f) {
			continue
		}
		doc := f.Doc
		if f.ValueOnly {
			doc += " (in the `value` of a column only)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | `%s` |\n", f.Signature(), doc, f.Example)
	}
	return b.String()
}

// commands writes the help of every command as the program prints it, global flags once.
func (p *page) commands() string {
	var b strings.Builder
	help := func(args ...string) string {
		out, err := exec.Command("runner", append(args, "--help")...).Output()
		if err != nil {
			p.Errorf("runner %v --help: %v", args, err)
		}
		return string(out)
	}
	_, flags, _ := strings.Cut(help(), "\nFlags:\n")
	flags, _, _ = strings.Cut(flags, "\n\n")
	fmt.Fprintf(&b, "## Flags of every command\n\n```text\n%s\n```\n\n", flags)
	names := subcommands(help())
	for _, parent := range slices.Clone(names) {
		if parent != "completion" && parent != "help" {
			names = append(names, subcommandsOf(parent, help(parent))...)
		}
	}
	for _, name := range names {
		if name == "help" {
			continue
		}
		text, _, _ := strings.Cut(help(strings.Fields(name)...), "\nGlobal Flags:")
		text = regexp.MustCompile(`(?m)^  -h, --help .*\n`).ReplaceAllString(text+"\n", "")
		text = strings.TrimSpace(strings.Replace(text, "\nFlags:\n\n", "", 1))
		text = strings.TrimSpace(strings.TrimSuffix(text, "Flags:"))
		fmt.Fprintf(&b, "## runner %s\n\n```text\n%s\n```\n\n", name, text)
	}
	return b.String()
}

func subcommands(help string) (out []string) {
	_, list, _ := strings.Cut(help, "Available Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	for line := range strings.Lines(list) {
		out = append(out, strings.Fields(line)[0])
	}
	return out
}

func subcommandsOf(parent, help string) (out []string) {
	for _, name := range subcommands(help) {
		out = append(out, parent+" "+name)
	}
	return out
}

// exampleColumns are those that the tables of verdicts speak of.
var exampleColumns = []struct{ name, typ string }{
	{"amount", "numeric"}, {"ratio", "double precision"}, {"count", "integer"}, {"code", "text"}, {"day", "date"}, {"seen", "timestamptz"},
	{"paid", "boolean"}, {"2nd code", "text"}, {"tags", "text[]"}, {"info", "jsonb"},
}

// verdicts judges the rows of a table from line i on, and returns the line after it.
func (p *page) verdicts(lines []string, i int) int {
	env := expression.Env{}
	for _, c := range exampleColumns {
		typ, err := model.ParseType(c.typ)
		if err != nil {
			p.Fatal(err)
		}
		env.Columns = append(env.Columns, expression.Column{Name: c.name, Type: typ, Nullable: true})
	}
	p.out = append(p.out, lines[i])
	for i++; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
		cells := strings.Split(strings.ReplaceAll(strings.Trim(lines[i], "|"), `\|`, "\x00"), "|")
		if len(cells) != 3 {
			p.Fatalf("%s:%d: three cells, please", p.path, i+1)
		}
		text := strings.ReplaceAll(strings.Trim(cells[0], " `"), "\x00", "|")
		got := p.judge(text, strings.Trim(cells[1], " `"), env)
		want := strings.TrimSpace(cells[2])
		if got != want && !*update {
			p.Errorf("%s:%d: %s is %s, not %s", p.path, i+1, text, got, want)
		}
		p.out = append(p.out, fmt.Sprintf("|%s|%s| %s |", strings.ReplaceAll(cells[0], "\x00", `\|`), cells[1], got))
	}
	return i
}

func (p *page) judge(text, row string, env expression.Env) string {
	rule, faults, _ := expression.CompileRule(text, "", env)
	if rule.SQL == "" {
		p.Errorf("%s: %s: %v", p.path, text, faults)
		return "refused"
	}
	given := map[string]string{}
	for _, cell := range strings.Split(row, "; ") {
		if name, value, ok := strings.Cut(cell, "="); ok {
			given[name] = strings.Trim(value, `"`)
		}
	}
	var columns []pgsql.Frag
	for _, c := range exampleColumns {
		value := pgsql.Frag("NULL::" + c.typ)
		if v, ok := given[c.name]; ok {
			value = pgsql.Typed(v, pgsql.Frag(c.typ))
			delete(given, c.name)
		}
		columns = append(columns, value+" AS "+pgsql.Ident(c.name))
	}
	if len(given) > 0 {
		p.Errorf("%s: %s: no such columns: %v", p.path, text, given)
	}
	p.start()
	psql, err := devpg.Client(os.Getenv, "psql")
	if err != nil {
		p.Fatal(err)
	}
	sql := "SELECT coalesce((" + rule.SQL + ")::text, 'unknown') FROM (SELECT " + pgsql.Join(columns, ", ") + ") AS r"
	out, err := exec.Command(psql, "-XAtqc", string(sql), p.url).CombinedOutput()
	if err != nil {
		p.Errorf("%s: %s: %v: %s", p.path, text, err, out)
	}
	return strings.TrimSpace(string(out))
}
