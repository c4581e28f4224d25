package review

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/check"
	"streamflow/runner/expression"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/spec"
)

const project = `kind: project
name: shop
timezone: UTC
targets:
  dev: {database: embedded}
  prod: {database: "${env:PROD}", schema: raw}
---
kind: pipeline
name: monthly
params:
  as_of: {type: date, env: AS_OF}
  dir: {type: string, default: data}
partitions:
  - {as_of: 2024-01-31, dir: data/1}
  - {as_of: 2024-02-29, dir: data/2}
tables:
  users:
    source: ${dir}/users.csv
    primary_key: id
    columns: {id: text, age: integer}
  usage:
    source: {path: "${dir}/usage.csv", min_rows: 10, max_shrink: 0.2, max_rejects: 5}
    primary_key: id
    references: {id: users}
    indexes: [hours]
    event_time: day
    columns:
      id: text
      hours: numeric(10,2)
      devices: integer
      plan: {type: text, from: [tariff], default: free, null_values: ["-"]}
      day: {type: date, date_format: "%d.%m.%Y"}
      note: {type: text, pii: true, value: upper(note), optional: true}
      lost: {type: text, nullable: false, default: x, optional: true}
      kept: {type: text, when_absent: keep, optional: true}
snapshots:
  usage_months: {from: usage, columns: [hours, devices, plan], known_after: 5d}
  users_months: {from: users}
materialize: [people]
---
kind: expectations
table: usage
rules:
  - devices in 1..10
  - {name: hours_known, rule: "hours >= 0", where: devices > 0, at_least: 0.9, severity: warn}
  - {name: plans, rule: 'plan in ["a", "b"]', on_fail: quarantine, max_fail: 3, nulls: fail}
  - row_count() > 100
  - sql: select * from usage where hours < 0
---
kind: entity
name: client
key: {id: text}
---
kind: feature_view
name: usage_30d
entity: client
source: usage_months
ttl: 62d
features: [hours, {name: gadgets, from: devices}]
derived: {per_device: hours / gadgets}
---
kind: feature_view
name: people
entity: client
source: users_months
features: all
---
kind: feature_service
name: churn_v1
features: [usage_30d, {view: people, prefix: p_}]
inputs: {loan: numeric}
derived: {rate: loan / hours}
---
kind: feature_service
name: churn_v2
features: [usage_30d.hours]
---
kind: training_set
name: churn
spine: {path: "data/spine_${as_of}.csv", columns: {id: text, at: date, gone: boolean, loan: numeric, flag: integer}, event_time: at}
label: gone
keep: [flag]
where: flag > 1
params: {limit: {type: integer, default: "3"}}
horizon: 1mo
dates: [2024-01-31]
features: churn_v1
output: out/churn.csv
---
kind: expectations
training_set: churn
rules: [flag < 120]
`

func side(t *testing.T, text string) Side {
	t.Helper()
	text = strings.TrimPrefix(text, "kind: project\n")
	first, rest, _ := strings.Cut(text, "\n---\n")
	fsys := fstest.MapFS{"runner.yaml": {Data: []byte("kind: project\n" + first + "\n")}, "pipelines/all.yaml": {Data: []byte(rest)}}
	tree, list := spec.Load(fsys, nil)
	p, more := check.Check(tree)
	if list = append(list, more...); list.HasErrors() {
		t.Fatalf("the specs are faulty: %v\n%s", list, rest)
	}
	envs := check.Envs(tree)
	return Side{p, func(table string) (expression.Env, bool) { env, _, ok := envs(table); return env, ok }}
}

// written are changes in one line each.
func written(changes []report.ReviewChange) []string {
	var out []string
	for _, c := range changes {
		line := fmt.Sprintf("%s %s", c.Danger, c.Title())
		if what := c.What(); what != "" {
			line += ": " + what
		}
		if c.ID != "" {
			line += " " + c.ID
		}
		var users []string
		for _, u := range c.Consumers {
			users = append(users, u.String())
		}
		if len(users) > 0 {
			line += " <- " + strings.Join(users, ", ")
		}
		if c.Place.File == "" {
			line += " NOWHERE"
		}
		if c.Old {
			line += " (then)"
		}
		out = append(out, line)
	}
	return out
}

// TestCompare edits the project and holds what is said of it.
func TestCompare(t *testing.T) {
	before := side(t, project)
	for _, c := range []struct {
		edit []string // OLD, NEW, OLD, NEW ...
		want []string
	}{
		{[]string{"devices in 1..10", "devices in 1..20"}, []string{"risky rule usage loosened: devices in 1..10 -> 1..20"}},
		{[]string{"- devices in 1..10", "- {rule: devices in 1..10, severity: warn}"}, []string{"risky rule usage (devices in 1..10) loosened: severity error -> warn"}},
		{[]string{"kept: {type: text,", "kept: {type: varchar,"}, []string{"safe column usage.kept retyped: text -> character varying"}},
		{[]string{"devices in 1..10", "devices in 2..9"}, []string{"safe rule usage tightened: devices in 1..10 -> 2..9"}},
		{[]string{"devices in 1..10", "1 <= devices and devices <= 10"}, nil},
		{[]string{"  - devices in 1..10\n", ""}, []string{"risky rule usage removed: devices in 1..10 (then)"}},
		{[]string{"rules:\n", "rules:\n  - devices != nil\n"}, []string{"safe rule usage added: devices != nil"}},
		{[]string{"row_count() > 100", "row_count() > 50"}, []string{"risky rule usage loosened: row_count() > 100 -> 50"}},
		{[]string{"hours < 0", "hours < 1"}, []string{"risky rule usage changed: select * from usage where hours < 0 -> 1"}},
		{[]string{"at_least: 0.9", "at_least: 0.8"}, []string{"safe rule usage.hours_known loosened: at_least 0.9 -> 0.8"}},
		{[]string{"severity: warn", "severity: error"}, []string{"safe rule usage.hours_known tightened: severity warn -> error"}},
		{[]string{"where: devices > 0", "where: devices > 5"}, []string{"safe rule usage.hours_known loosened: where devices > 0 -> 5"}},
		{[]string{"max_fail: 3", "max_fail: 4"}, []string{"risky rule usage.plans loosened: max_fail 3 -> 4"}},
		{[]string{"nulls: fail", "nulls: pass"}, []string{"risky rule usage.plans loosened: nulls fail -> pass"}},
		{[]string{"on_fail: quarantine,", ""}, []string{"safe rule usage.plans tightened: on_fail quarantine -> refuse"}},
		{[]string{"name: plans", "name: known_plans"}, []string{"risky rule usage.known_plans changed: name plans -> known_plans"}},
		{[]string{`["a", "b"]`, `["a", "b", "c"]`}, []string{`risky rule usage.plans loosened: plan in ["a", "b"] -> ["a", "b", "c"]`}},
		{[]string{"devices in 1..10", "devices in 1..10 and devices != 7"}, []string{"safe rule usage tightened: devices in 1..10 -> devices in 1..10 and devices != 7"}},
		{[]string{`["a", "b"]`, `["a"]`}, []string{`safe rule usage.plans tightened: plan in ["a", "b"] -> ["a"]`}},
		{[]string{"devices: integer", "devices: bigint"}, []string{
			"safe column usage.devices widened: integer -> bigint <- snapshot usage_months, view usage_30d, service churn_v1, training set churn",
			"safe feature usage_30d.gadgets widened: integer -> bigint <- service churn_v1, training set churn"}},
		{[]string{"id: text, age: integer", "id: text, age: smallint"}, []string{
			"breaking column users.age narrowed: integer -> smallint <- snapshot users_months, view people, service churn_v1, training set churn",
			"breaking feature people.age retyped: integer -> smallint F607 <- service churn_v1, training set churn"}},
		{[]string{"id: text, age: integer", "id: text, age: integer, town: text"}, []string{
			"safe column users.town added", "safe snapshot column users_months.town added", "safe feature people.town added", "safe served feature churn_v1.p_town added"}},
		{[]string{"      day: {type", "      date: {renamed_from: day, from: day, type", "event_time: day", "event_time: date"}, []string{
			"breaking column usage.date renamed: day -> date",
			"risky table usage changed: event_time day -> date <- snapshot usage_months, view usage_30d, service churn_v1, service churn_v2, training set churn"}},
		{[]string{"pii: true", "pii: false"}, []string{"breaking column usage.note changed: pii true -> false"}},
		{[]string{"nullable: false, default: x", "default: x"}, []string{"risky column usage.lost changed: nullable false -> true"}},
		{[]string{"from: [tariff]", "from: [rate]"}, []string{"risky column usage.plan changed: from tariff -> rate"}},
		{[]string{"    primary_key: id\n    references", "    primary_key: id\n    delete_missing: true\n    references"}, []string{"breaking table usage changed: delete_missing false -> true"}},
		{[]string{"min_rows: 10", "min_rows: 5"}, []string{"risky table usage changed: min_rows 10 -> 5"}},
		{[]string{"max_shrink: 0.2", "max_shrink: off"}, []string{"risky table usage changed: max_shrink 0.2 -> off"}},
		{[]string{"max_rejects: 5", "max_rejects: 4"}, []string{"safe table usage changed: max_rejects 5 -> 4"}},
		{[]string{"    references: {id: users}\n", ""}, []string{"risky reference usage.id -> users removed (then)"}},
		{[]string{"indexes: [hours]", "indexes: [{columns: hours, unique: true}]"}, []string{"safe index usage (hours) changed: unique false -> true"}},
		{[]string{"columns: [hours, devices, plan], known_after: 5d", "columns: [hours, devices], known_after: 3d"}, []string{
			"breaking snapshot column usage_months.plan removed (then)",
			"risky snapshot usage_months changed: known_after 5d -> 3d <- view usage_30d, service churn_v1, service churn_v2, training set churn"}},
		{[]string{"features: [hours, {name: gadgets", "features: [plan, hours, {name: gadgets", "[usage_30d, {", "[usage_30d.hours, usage_30d.gadgets, {"}, []string{
			"breaking served feature churn_v1.per_device removed <- training set churn (then)", "safe feature usage_30d.plan added"}},
		{[]string{"ttl: 62d", "ttl: 93d"}, []string{"risky feature view usage_30d changed: ttl 62d -> 93d <- service churn_v1, service churn_v2, training set churn"}},
		{[]string{"ttl: 62d", "join: snapshot"}, []string{
			"risky feature view usage_30d changed: join latest -> snapshot <- service churn_v1, service churn_v2, training set churn",
			"risky feature view usage_30d changed: ttl 62d -> for ever <- service churn_v1, service churn_v2, training set churn"}},
		{[]string{"ttl: 62d", "online: false"}, []string{
			"breaking feature view usage_30d changed: online true -> false F607 <- service churn_v1, service churn_v2",
			"risky feature view usage_30d changed: ttl 62d -> for ever <- service churn_v1, service churn_v2, training set churn"}},
		{[]string{"from: devices}", "from: hours}"}, []string{
			"breaking feature usage_30d.gadgets changed: from devices -> hours F607 <- service churn_v1, training set churn",
			"breaking feature usage_30d.gadgets retyped: integer -> numeric(10,2) F607 <- service churn_v1, training set churn"}},
		{[]string{"hours / gadgets", "hours / (gadgets + 1)"}, []string{"risky derived feature usage_30d.per_device changed: value hours / gadgets -> hours / (gadgets + 1) <- service churn_v1, training set churn"}},
		{[]string{"derived: {per_device: hours / gadgets}", ""}, []string{"breaking derived feature usage_30d.per_device removed F607 <- service churn_v1, training set churn (then)"}},
		{[]string{"inputs: {loan: numeric}", "inputs: {loan: numeric, flag: integer}"}, []string{"breaking input churn_v1.flag added <- training set churn"}},
		{[]string{"prefix: p_", "prefix: q_"}, []string{"breaking served feature churn_v1.p_age removed <- training set churn (then)", "safe served feature churn_v1.q_age added"}},
		{[]string{"horizon: 1mo", "horizon: 2mo"}, []string{"risky training set churn changed: horizon 1mo -> 2mo"}},
		{[]string{"  - {as_of: 2024-02-29, dir: data/2}", "  - {as_of: 2024-02-29, dir: data/3}\n  - {as_of: 2024-03-31, dir: data/4}"}, []string{
			"risky partition monthly 2024-02-29 changed: values as_of=2024-02-29 dir=data/2 -> dir=data/3", "safe partition monthly 2024-03-31 added"}},
		{[]string{"materialize: [people]", "materialize: [usage_30d, people]"}, []string{
			"risky pipeline monthly changed: materialize people -> people, usage_30d"}},
		{[]string{"rules: [flag < 120]", "rules: [flag < 130]"}, []string{"risky rule churn changed: flag < 120 -> 130"}},
		{[]string{"rules: [flag < 120]", "rules: [flag < 120, flag > 0]"}, []string{"safe rule churn added: flag > 0"}},
		{[]string{"keep: [flag]", "keep: [flag, loan]"}, []string{"risky training set churn changed: keep flag -> flag, loan"}},
		{[]string{"timezone: UTC", "timezone: Europe/Berlin"}, []string{"breaking project shop changed: timezone UTC -> Europe/Berlin"}},
		{[]string{"schema: raw", "schema: clean"}, []string{"breaking target prod changed: schema raw -> clean"}},
		{[]string{"name: churn_v2", "name: churn_v3"}, []string{"breaking feature service churn_v2 removed (then)", "safe feature service churn_v3 added"}},
	} {
		text := project
		for i := 0; i < len(c.edit); i += 2 {
			old, new := c.edit[i], c.edit[i+1]
			if !strings.Contains(text, old) {
				t.Fatalf("nothing to edit: %q", old)
			}
			text = strings.Replace(text, old, new, 1)
		}
		got := written(Compare(before, side(t, text)))
		slices.Sort(got)
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%q\n got  %s\n want %s", c.edit, strings.Join(got, "\n      "), strings.Join(c.want, "\n      "))
		}
	}
}

// TestNothingChanged: the order of keys and documents, and how they are written, make no difference.
func TestNothingChanged(t *testing.T) {
	documents := strings.Split(project, "\n---\n")
	slices.Reverse(documents[1:])
	text := strings.Join(documents, "\n---\n")
	for _, edit := range [][2]string{
		{"columns: {id: text, age: integer}", "columns:\n      age: int4   # years\n      id: {type: text}"},
		{"    primary_key: id\n    references: {id: users}", "    references: [{columns: id, table: users}]\n    primary_key: [id]"},
		{"row_count() > 100", "'row_count()   >  100'"},
		{"ttl: 62d", "ttl: \"62d\""},
	} {
		if !strings.Contains(text, edit[0]) {
			t.Fatalf("nothing to edit: %q", edit[0])
		}
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	if got := written(Compare(side(t, project), side(t, text))); len(got) > 0 {
		t.Errorf("got %s", strings.Join(got, "\n"))
	}
}

// untold are fields of the model of which a change is not told: places, texts for people, and what follows from another field.
var untold = []string{"Origin", "Description", "Owner", "Tags", "Message", "Spots", "Reads", "View", "Entity", "Warn", "EnvDefault",
	"Family", "Bits", "Precision", "Scale", "Length", "Padded", "Elem", // of a type: its name says them
	"SQL", "Condition", "Loose", "Present", "LooseThere", "Measures", "Needs", "Where", "Uses", "Query", "Aggregate", // of an expression: its text does
	"ID", "RenamedFrom", "Months", "Days", "Hours", "Service", "Snapshot", "Key", "Keys", "HasDefault", "Schema", "Materialize"}

// follows are fields that are what they are because of another one: the table of a snapshot and the name of a rule without one, the columns
// of a source and whether they are personal, the type of what a service serves.
var follows = regexp.MustCompile(`\.Snapshots\[\d+\]\.Table|\.Rules\[\d+\]\.(Name|Columns)|\.FeatureViews\[\d+\]\.(Source\.(Path|Columns|AtStart|KnownAfter)|TTL)|` +
	`\.(FeatureViews|FeatureServices|TrainingSets)\[.*\.(PII|Nullable)|\.Entities\[.*\.(PII|Nullable)|\.FeatureServices\[\d+\]\.Features\[\d+\]\.Type|` +
	`\.TrainingSets\[\d+\]\.(Spine\.(CreatedTime|AtStart|KnownAfter)|Features|Inputs|Derived|(Labels|Keep)\[\d+\]\.Type|Params\[1\])`)

// TestEveryFieldIsCompared changes each field of the model that the specs above fill, one at a time, and wants a word about it.
func TestEveryFieldIsCompared(t *testing.T) {
	before, after := side(t, project), side(t, project)
	if got := Compare(before, after); len(got) > 0 {
		t.Fatalf("nothing changed, and it says %v", written(got))
	}
	seen := map[any]bool{}
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		name := path[strings.LastIndex(path, ".")+1:]
		name, _, _ = strings.Cut(name, "[")
		if slices.Contains(untold, name) && !strings.HasPrefix(path, "Targets") {
			return
		}
		try := func(set func()) {
			old := reflect.ValueOf(v.Interface())
			set()
			if got := Compare(before, after); len(got) == 0 {
				t.Errorf("a change of %s is not told", path)
			}
			v.Set(old)
		}
		if follows.MatchString(path) {
			return
		}
		switch t := v.Interface().(type) {
		case []string:
			try(func() { v.Set(reflect.ValueOf(append(slices.Clone(t), "2024-02-29"))) })
			return
		case model.Template:
			try(func() { v.Set(reflect.ValueOf(append(slices.Clone(t), model.Part{Text: "x"}))) })
			return
		}
		if name == "AtLeast" {
			try(func() { v.SetString("0.5") })
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() && !seen[v.Interface()] {
				seen[v.Interface()] = true
				walk(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.String:
			try(func() { v.SetString(v.String() + "x") })
		case reflect.Bool:
			try(func() { v.SetBool(!v.Bool()) })
		case reflect.Int, reflect.Int64:
			if name != "Severity" && name != "Kind" {
				try(func() { v.SetInt(v.Int() + 1) })
			}
		case reflect.Float64:
			try(func() { v.SetFloat(v.Float() / 2) })
		}
	}
	walk("", reflect.ValueOf(after.Project).Elem())
}
