package explain

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

// plant is a fault: in a file of testdata/clean.txtar the text old becomes new. Lint must find it, underline just these characters, and
// suggest this.
type plant struct {
	file, old, new string
	id             string
	underlined     string
	suggests       string // a part of the hint
}

// plants are of many kinds, in every style of YAML, and behind characters of several bytes and two columns.
var plants = []plant{
	{"runner.yaml", "dev: embedded", "dev: embeded", "P707", "embeded", `did you mean "embedded"?`},
	{"pipelines/shop.yaml", "description:", "descripton:", "Y103", "descripton", `did you mean "description"?`},
	{"pipelines/shop.yaml", "as_of: 2024-02-29", "as_of: 2024-02-30", "P706", "2024-02-30", ""},
	{"pipelines/shop.yaml", "'${dir}/", "'${dri}/", "R208", "${dri}", `did you mean "dir"?`},
	{"pipelines/shop.yaml", "min_rows: 100", "min_rows: many", "Y105", "many", "write a whole number"},
	{"pipelines/shop.yaml", "max_errors: 50", "max_errors: 0050", "Y106", "0050", "write 40, or 50 if that was meant"},
	{"pipelines/shop.yaml", "country: text", "country: txt", "T303", "txt", `did you mean "text"?`},
	{"pipelines/shop.yaml", `"%d.%m.%Y"`, `"%d.%q.%Y"`, "T310", "%q", "known are"},
	{"pipelines/shop.yaml", "[client, number]", "[client, numbr]", "R202", "numbr", `did you mean "number"?`},
	{"pipelines/shop.yaml", "{client: clients}", "{client: cleints}", "R201", "cleints", `did you mean "clients"?`},
	{"pipelines/shop.yaml", "indexes: [amount]", "indexes: [amuont]", "R202", "amuont", `did you mean "amount"?`},
	{"pipelines/shop.yaml", "nullable: false}", "nullable: false, optional: true}", "T302", "true", "give it a default"},
	{"pipelines/shop.yaml", "weight: double", "price: double", "T308", "double precision", "numeric"},
	{"pipelines/shop.yaml", "{from: orders}", "{from: order}", "S501", "order", `did you mean "orders"?`},
	{"pipelines/shop.yaml", "[country, fee]", "[country, feee]", "R202", "feee", `did you mean "fee"?`},
	{"expectations/clients.yaml", "table: clients", "table: &base clients", "Y108", "&base", "remove it"},
	{"expectations/clients.yaml", `"日本"]`, `"日本", "fr"]`, "E411", `"fr"`, ""},
	{"expectations/clients.yaml", "in 50..250", "in 250..50", "X451", "250..50", "50..250"},
	{"expectations/clients.yaml", "and joined <= as_of", "and joind <= as_of", "E402", "joind", `did you mean "joined"?`},
	{"expectations/clients.yaml", `"2020-01-01"`, `"2020-01-32"`, "E407", `date("2020-01-32")`, ""},
	{"expectations/clients.yaml", "or fee < 10", "or fee = 10", "E401", "=", `write "=="`},
	{"expectations/clients.yaml", "at_least: 0.99", "at_least: 99", "X454", "99", "write a share such as 0.99"},
	{"expectations/clients.yaml", "severity: warn}", "severity: error}", "X457", "error", "move the rule to rules:"},
	{"expectations/orders.yaml", `amount > 1"`, `client > 1"`, "E403", "client > 1", "write number(client)"},
	{"featureviews/shop.yaml", "entity: client", "entity: cliant", "F601", "cliant", `did you mean "client"?`},
}

// clean reads the project without faults.
func clean(t *testing.T) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile("testdata/clean.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// sow plants a fault, whose place in the clean text must be clear.
func (p plant) sow(t *testing.T, a *txtar.Archive) {
	t.Helper()
	for i := range a.Files {
		if a.Files[i].Name != p.file {
			continue
		}
		if bytes.Count(a.Files[i].Data, []byte(p.old)) != 1 {
			t.Fatalf("%s holds %q not once", p.file, p.old)
		}
		a.Files[i].Data = bytes.Replace(a.Files[i].Data, []byte(p.old), []byte(p.new), 1)
		return
	}
	t.Fatalf("there is no %s", p.file)
}

// faults lints an archive and returns what is more than information.
func faults(t *testing.T, a *txtar.Archive) (diag.List, fstest.MapFS) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	all, _ := lint(t, fsys)
	var out diag.List
	for _, d := range all {
		if d.Severity != diag.Info {
			out = append(out, d)
		}
	}
	return out, fsys
}

// underlined is the text of a place, which does not go over lines.
func underlined(fsys fstest.MapFS, at diag.Place) string {
	lines := strings.Split(string(fsys[at.File].Data), "\n")
	if at.Line < 1 || at.Line > len(lines) || at.EndLine != at.Line {
		return at.String()
	}
	line := []rune(lines[at.Line-1])
	return string(line[max(at.Col-1, 0):min(at.EndCol-1, len(line))])
}

// is tells whether a finding is the planted fault.
func (p plant) is(d diag.Diagnostic, fsys fstest.MapFS) bool {
	return d.File == p.file && d.ID == p.id && underlined(fsys, d.Place) == p.underlined && strings.Contains(d.Hint, p.suggests)
}

// TestPlanted plants each fault alone: it is the one finding, at its characters.
func TestPlanted(t *testing.T) {
	if list, _ := faults(t, clean(t)); len(list) > 0 {
		t.Fatalf("the clean project is not clean: %v", list)
	}
	for _, p := range plants {
		a := clean(t)
		p.sow(t, a)
		list, fsys := faults(t, a)
		if len(list) != 1 || !p.is(list[0], fsys) {
			t.Errorf("%s in place of %s: want one %s at %q that suggests %q", p.new, p.old, p.id, p.underlined, p.suggests)
			for _, d := range list {
				t.Errorf("   got %s at %q: %s", d.ID, underlined(fsys, d.Place), d.Error())
			}
		}
	}
}

// TestPlantedTogether plants 25 faults at once: one run finds all of them and nothing else.
func TestPlantedTogether(t *testing.T) {
	if len(plants) != 25 {
		t.Errorf("%d faults are planted", len(plants))
	}
	a := clean(t)
	for _, p := range plants {
		p.sow(t, a)
	}
	list, fsys := faults(t, a)
	for _, p := range plants {
		found := 0
		for _, d := range list {
			if p.is(d, fsys) {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%s in place of %s: found %d times", p.new, p.old, found)
		}
	}
	if len(list) != len(plants) {
		t.Errorf("%d findings of %d faults", len(list), len(plants))
	}
	sources := map[string][]byte{}
	for name, f := range fsys {
		sources[name] = f.Data
	}
	var out bytes.Buffer
	if err := report.Findings(&out, report.FormatText, list, sources, len(sources), false); err != nil {
		t.Fatal(err)
	}
	a.Comment = []byte("Written by go test ./runner/explain -update: testdata/clean.txtar with all faults of planted_test.go.\n")
	golden(t, "testdata/planted.txtar", string(txtar.Format(a)))
	golden(t, "testdata/planted.out", out.String())
}
