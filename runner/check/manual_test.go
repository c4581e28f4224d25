package check

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// manualProject is what the examples of keys speak of.
const manualProject = `kind: pipeline
name: env
params: {as_of: date}
partitions: [{as_of: 2024-01-31}, {as_of: 2024-02-29}]
tables:
  clients:
    source: data/clients.csv
    primary_key: id
    event_time: seen
    columns: {id: integer, referrer: integer, since: date, fee: "numeric(10,2)", city: text, seen: timestamptz, entered: timestamptz}
  orders:
    source: data/orders.csv
    primary_key: id
    columns: {id: integer, client: integer, branch: text, paid: boolean}
snapshots:
  clients_monthly: {from: clients}
  orders_monthly: {from: orders}
---
{kind: entity, name: client, key: {id: integer}}
---
{kind: feature_view, name: fees, entity: client, source: clients_monthly, features: [fee]}
---
{kind: feature_view, name: clients_now, entity: client, source: clients, features: [city, fee]}
---
{kind: feature_service, name: churn_v1, features: [fees]}
---
{kind: training_set, name: churn, spine: orders_monthly, keys: {id: client}, label: paid, features: fees}
`

// pipelineAround is a pipeline with one table, in which an indented part can stand.
func pipelineAround(part string) string {
	return "kind: pipeline\nname: p\nparams: {as_of: date, dir: {type: string, default: data}}\npartitions: [{as_of: 2024-01-31}]\n" + part
}

const manualColumns = `columns: {id: integer, referrer: integer, since: date, fee: "numeric(10,2)", city: text, seen: timestamptz}` + "\n"

// manualPlaces hold, for each kind, a document in which one of it stands: its lines begin with @, and give way to those of the example.
var manualPlaces = map[string]string{
	"project":           "@name: p\n",
	"target":            "targets:\n  dev:\n@    database: embedded\n",
	"lint":              "lint:\n@  require_reason: false\n",
	"naming":            "lint:\n  naming:\n@    rule: \"[a-z ]+\"\n",
	"pipeline":          "@kind: pipeline\n@name: p\n@params: {as_of: date, dir: {type: string, default: data}}\n@partitions: [{as_of: 2024-01-31, dir: data}]\n@tables: {payments: {source: data/t.csv, primary_key: id, columns: {id: integer}}}\n",
	"parameter":         "kind: pipeline\nname: p\nparams:\n  x:\n@    type: string\n",
	"series":            "kind: pipeline\nname: p\nparams: {as_of: date}\npartitions:\n@  every: month\n@  from: 2024-01-31\n",
	"schedule":          pipelineAround("schedule:\n@  every: month\n"),
	"defaults":          pipelineAround("defaults:\n@  delivery: full\ntables:\n  t:\n    source: data/t.csv\n    primary_key: id\n    " + manualColumns),
	"table":             pipelineAround("tables:\n  t:\n@    source: data/t.csv\n@    primary_key: id\n@    " + manualColumns),
	"source":            pipelineAround("tables:\n  t:\n    source:\n@      path: data/t.csv\n    primary_key: id\n    " + manualColumns),
	"column":            pipelineAround("tables:\n  t:\n    source: data/t.csv\n    primary_key: id\n    columns:\n      id: integer\n      city: text\n      x:\n@        type: text\n"),
	"reference":         pipelineAround("tables:\n  t:\n    source: data/t.csv\n    primary_key: id\n    references:\n    -\n@      columns: [referrer]\n@      table: clients\n    " + manualColumns),
	"index":             pipelineAround("tables:\n  t:\n    source: data/t.csv\n    primary_key: id\n    indexes:\n    -\n@      columns: [city]\n    " + manualColumns),
	"snapshot":          pipelineAround("tables:\n  payments:\n    source: data/t.csv\n    primary_key: id\n    " + manualColumns + "snapshots:\n  s:\n@    from: payments\n"),
	"expectations":      "@kind: expectations\n@table: clients\n@rules: [fee >= 0]\n",
	"rule defaults":     "kind: expectations\ntable: clients\ndefaults:\n@  nulls: pass\nrules: [fee >= 0]\n",
	"rule":              "kind: expectations\ntable: clients\nrules:\n-\n@  rule: fee >= 0\n",
	"examples":          "kind: expectations\ntable: clients\nrules:\n- rule: fee >= 0 and as_of > date(\"2024-01-01\")\n  examples:\n@    fail: [{fee: -1}]\n@    params: {as_of: 2024-01-31}\n",
	"test":              "@kind: test\n@tests: []\n",
	"test case":         "kind: test\ntests:\n-\n@  name: x\n@  table: clients\n@  rows: [{id: 1, fee: 1}, {id: 2, fee: -1}]\n@  expect: {fee >= 0: {fail: [2]}}\n",
	"verdict":           "kind: test\ntests:\n- name: x\n  table: clients\n  rows: [{id: 1, fee: 1}, {id: 2, fee: 1}]\n  expect:\n    fee >= 0:\n@      pass: [2]\n",
	"entity":            "@kind: entity\n@name: e\n@key: {id: integer}\n",
	"feature_view":      "@kind: feature_view\n@name: v\n@entity: client\n@source: clients_monthly\n@features: [fee, city]\n",
	"feature source":    "kind: feature_view\nname: v\nentity: client\nfeatures: [fee]\nsource:\n@  name: clients_monthly\n",
	"feature":           "kind: feature_view\nname: v\nentity: client\nsource: clients_monthly\nfeatures:\n-\n@  name: fee\n",
	"derived feature":   "kind: feature_view\nname: v\nentity: client\nsource: clients_monthly\nfeatures: [fee]\nderived:\n  d:\n@    value: fee * 2\n",
	"feature_service":   "@kind: feature_service\n@name: s\n@features: [fees]\n",
	"feature reference": "kind: feature_service\nname: s\nfeatures:\n-\n@  view: fees\n",
	"training_set":      "@kind: training_set\n@name: t\n@spine: orders_monthly\n@keys: {id: client}\n@label: paid\n@features: fees\n",
	"spine":             "kind: training_set\nname: t\nkeys: {id: id}\nlabel: paid\nfeatures: fees\nspine:\n@  path: data/loans.csv\n@  columns: {id: integer, asked: timestamptz, paid: boolean}\n@  event_time: asked\n",
	"key column":        "kind: entity\nname: e\nkey:\n  code:\n@    type: text\n",
	"query column":      "kind: feature_view\nname: v\nentity: client\nfeatures: [n]\nsource:\n  query: select id, n, seen from x\n  reads: clients\n  event_time: seen\n  columns:\n    id: integer\n    seen: timestamptz\n    n:\n@      type: integer\n",
	"file column":       "kind: training_set\nname: t\nfeatures: fees\nspine:\n  path: data/loans.csv\n  event_time: asked\n  columns:\n    id: integer\n    asked:\n@      type: timestamptz\n",
	"input":             "kind: feature_service\nname: s\nfeatures: [fees]\ninputs:\n  loan:\n@    type: text\n",
}

// TestManual lints the example of every key inside a document of its kind: there is no error, but for keys that this version refuses. A key
// without an example fails, and so does one that is refused (Y113) and not marked so, or the reverse.
func TestManual(t *testing.T) {
	seen := map[string]bool{}
	var walk func(k *spec.Kind)
	walk = func(k *spec.Kind) {
		if seen[k.Name] {
			return
		}
		seen[k.Name] = true
		for _, f := range k.Fields {
			tryExample(t, k, f)
			if f.Kind != nil {
				walk(f.Kind)
			}
		}
	}
	for _, k := range spec.Manual() {
		walk(k)
	}
}

var exampleKey = regexp.MustCompile(`(?m)^(\w+):`)

func tryExample(t *testing.T, k *spec.Kind, f spec.Field) {
	t.Helper()
	name := k.Name + "." + f.Name
	if !slices.Contains(keysIn(f.Example), f.Name) {
		t.Errorf("%s has no example with its key: %q", name, f.Example)
		return
	}
	file, fsys := manualFiles(t, k, f.Example, "")
	list, _ := lint(t, fsys)
	refused := slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.ID == "Y113" && d.File == file })
	if refused != (f.State == spec.Refused) {
		t.Errorf("%s: refused as of a later version: %v; marked so: %v", name, refused, f.State == spec.Refused)
	}
	for _, d := range list {
		if d.Severity == diag.Error && d.ID != "Y113" {
			t.Errorf("the example of %s does not hold: %s\n%s", name, d.Error(), fsys[file].Data)
		}
	}
	if f.Default == "" || refused || slices.Contains(emptyMeansDefault, f.Name) {
		return
	}
	_, without := manualFiles(t, k, "", f.Name)
	_, with := manualFiles(t, k, f.Name+": "+f.Default, "")
	if a, b := modelOf(t, without), modelOf(t, with); a == nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%s: to write its default %s changes what a run does", name, f.Default)
	}
}

// emptyMeansDefault are keys whose default the model keeps as nothing, for whoever uses it to fill in.
var emptyMeansDefault = []string{"schema", "delimiter", "encoding", "max_shrink", "delivery", "decimal", "require_reason", "at_least", "nulls"}

func keysIn(example string) (keys []string) {
	for _, m := range exampleKey.FindAllStringSubmatch(example, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// manualFiles is the project of the examples with one mapping that holds an example, and not the key without.
func manualFiles(t *testing.T, k *spec.Kind, example, without string) (file string, fsys fstest.MapFS) {
	t.Helper()
	place, ok := manualPlaces[k.Name]
	if !ok {
		t.Fatalf("name a document for the kind %q in manualPlaces", k.Name)
	}
	keys := append(keysIn(example), without)
	if slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(k.OneOf, key) }) {
		keys = append(keys, k.OneOf...)
	}
	text, pending := "", example != ""
	for line := range strings.Lines(place) {
		own, marked := strings.CutPrefix(line, "@")
		if !marked {
			text += line
			continue
		}
		if pending {
			indent := own[:len(own)-len(strings.TrimLeft(own, " "))]
			for part := range strings.Lines(example + "\n") {
				text += indent + part
			}
			pending = false
		}
		if key, _, _ := strings.Cut(strings.TrimSpace(own), ":"); !slices.Contains(keys, key) && !(k.Name == "spine" && slices.Contains(keysIn(example), "name")) &&
			!(k.Name == "test case" && slices.Contains(keysIn(example), "feature_view") && slices.Contains([]string{"rows", "expect"}, key)) {
			text += own
		}
	}
	file = "pipelines/example.yaml"
	if k.Name == "project" || k.Name == "target" || k.Name == "lint" || k.Name == "naming" {
		file = "runner.yaml"
	}
	return file, fstest.MapFS{"pipelines/env.yaml": {Data: []byte(manualProject)},
		"expectations/clients.yaml": {Data: []byte("{kind: expectations, table: clients, rules: [fee >= 0]}\n")}, file: {Data: []byte(text)}}
}

// modelOf is the model of a project without places, or nil.
func modelOf(t *testing.T, fsys fstest.MapFS) any {
	t.Helper()
	tree, list := spec.Load(fsys, nil)
	p, _ := Check(tree)
	if p == nil || list.HasErrors() {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return placeless(out)
}
