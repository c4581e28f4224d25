package check

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// feedBase is a project in which every kind of mapping has a line "# @KIND" where one more key can stand.
var feedBase = map[string]string{
	"runner.yaml": `kind: project
# @project
targets:
  dev:
    database: embedded
    # @target
`,
	"pipelines/p.yaml": `kind: pipeline
name: p
# @pipeline
params:
  as_of: {type: date}
  extra:
    type: string
    default: z
    # @parameter
defaults:
  null_values: ["", "-"]
  # @defaults
tables:
  parent:
    source: parent.csv
    primary_key: id
    columns: {id: text, n: integer, d: date}
  t:
    source:
      path: t.csv
      # @source
    primary_key: id
    # @table
    references:
      - columns: [link]
        table: parent
        # @reference
    indexes:
      - columns: [n]
        # @index
    columns:
      id: text
      link: text
      n: numeric
      d: date
      x:
        type: text
        # @column
      b:
        type: boolean
        # @column-b
      m:
        type: numeric
        # @column-m
      s:
        type: timestamptz
        # @column-s
      o:
        type: text
        optional: true
        # @column-o
snapshots:
  shot:
    from: parent
    # @snapshot
`,
	"featureviews/f.yaml": feedFeatures,
	"expectations/t.yaml": `kind: expectations
table: t
# @expectations
rules:
  - rule: n > 0
    # @rule
  - rule: row_count() > 0
`,
}

// feedKeys gives every key of every kind a value that differs from its default, as "MARKER | text", or "old -> new" for a key that the
// base has already. told are keys for people and for search, which no run looks at. Everything else must change the model, or be refused.
var feedKeys = map[string]map[string]string{
	"project": {"name": "@project | name: shop", "description": "told", "timezone": "@project | timezone: Europe/Paris",
		"targets": "dev: -> prod:", "defaults": "@project | defaults: {source: {min_rows: 5}}", "lint": "told by the case Y112-reason of explain"},
	"lint": {"require_reason": "told by the case Y112-reason of explain", "require": "told by the case P703-owner of explain",
		"naming": "told by the case P702-naming of explain"},
	"naming": {"pipeline": "told", "param": "told", "table": "told", "column": "told", "snapshot": "told", "rule": "told", "entity": "told", "feature_view": "told",
		"feature_service": "told", "training_set": "told"},
	"target": {"database": "database: embedded -> database: ${env:URL}", "schema": "@target | schema: raw", "default": "@target | default: true"},
	"pipeline": {"name": "name: p -> name: q", "description": "@pipeline | description: about", "owner": "told", "tags": "told",
		"params": "extra: -> other:", "partitions": "@pipeline | partitions: [{as_of: 2024-01-31}]", "defaults": "null_values: [\"\", \"-\"] -> null_values: NA",
		"tables": "source: parent.csv -> source: q.csv", "snapshots": "  shot:\n ->   more: {from: t}\n  shot:\n", "materialize": "@pipeline | materialize: [v]", "schedule": "@pipeline | schedule: {every: month}"},
	"parameter": {"type": "type: string\n    default: z -> type: boolean\n    default: true", "env": "@parameter | env: EXTRA", "default": "default: z -> default: x", "description": "told"},
	"series":    {"every": "@pipeline | partitions: {every: week, from: 2024-01-31}", "from": "@pipeline | partitions: {every: month, from: 2024-02-29}"},
	"defaults": {"source": "@defaults | source: {min_rows: 7}", "primary_key": "told by TestDefaultsAreMerged", "references": "@defaults | references: {id: parent}",
		"delivery": "@defaults | delivery: delta", "mode": "@defaults | mode: append", "delete_missing": "@defaults | delete_missing: true",
		"event_time": "@defaults | event_time: d", "created_time": "@defaults | created_time: d", "indexes": "@defaults | indexes: [id]", "distribute_by": "@defaults | distribute_by: id",
		"owner": "told", "tags": "told", "null_values": "null_values: [\"\", \"-\"] -> null_values: NA", "true_values": "@defaults | true_values: ja", "false_values": "@defaults | false_values: nein",
		"date_format": "@defaults | date_format: \"%d.%m.%Y\"", "timezone": "@defaults | timezone: Europe/Paris", "decimal": "@defaults | decimal: \",\"", "group": "@defaults | group: \"'\""},
	"table": {"source": "source: parent.csv -> source: {path: q.csv}", "primary_key": "primary_key: id\n    # @table -> primary_key: [id, n]", "references": "references:\n      - columns: [link]\n        table: parent -> references: {x: parent}", "delivery": "@table | delivery: delta",
		"mode": "@table | mode: append", "delete_missing": "@table | delete_missing: true", "event_time": "@table | event_time: d", "created_time": "@table | created_time: d",
		"indexes": "indexes:\n      - columns: [n] -> indexes: [d]", "distribute_by": "@table | distribute_by: id", "owner": "told", "tags": "told", "columns": "link: text -> link: varchar", "description": "told",
		"renamed_from": "@table | renamed_from: old", "null_values": "@table | null_values: NA", "true_values": "@table | true_values: ja", "false_values": "@table | false_values: nein",
		"date_format": "@table | date_format: \"%d.%m.%Y\"", "timezone": "@table | timezone: Europe/Paris", "decimal": "@table | decimal: \",\"", "group": "@table | group: \"'\""},
	"source": {"path": "path: t.csv -> path: u.csv", "format": "@source | format: csv", "match": "@source | match: loose", "delimiter": "@source | delimiter: tab",
		"encoding": "@source | encoding: latin1", "header": "@source | header: false", "unknown_columns": "@source | unknown_columns: ignore",
		"duplicate_keys": "@source | duplicate_keys: identical", "max_errors": "@source | max_errors: 7", "max_rejects": "@source | max_rejects: 7",
		"min_rows": "@source | min_rows: 7", "max_shrink": "@source | max_shrink: off", "query": "@source | query: select 1", "reads": "@source | reads: parent"},
	"column": {"type": "type: text -> type: varchar(3)", "nullable": "@column | nullable: false", "optional": "@column | optional: true", "when_absent": "@column-o | when_absent: keep",
		"from": "@column | from: y", "value": "@column | value: upper(x)", "default": "@column | default: z", "renamed_from": "@column | renamed_from: y",
		"description": "@column | description: about", "tags": "told", "pii": "@column | pii: true", "null_values": "@column | null_values: NA",
		"true_values": "@column-b | true_values: ja", "false_values": "@column-b | false_values: nein", "date_format": "@column-s | date_format: \"%d.%m.%Y\"",
		"timezone": "@column-s | timezone: Europe/Paris", "decimal": "@column-m | decimal: \",\"", "group": "@column-m | group: \"'\""},
	"reference": {"columns": "columns: [link] -> columns: [x]", "table": "table: parent -> table: t", "severity": "@reference | severity: warn"},
	"index":     {"columns": "columns: [n] -> columns: [d]", "unique": "@index | unique: true"},
	"snapshot": {"from": "from: parent -> from: t", "columns": "@snapshot | columns: [n]", "description": "told", "known_after": "@snapshot | known_after: 5d",
		"as_of_time": "@snapshot | as_of_time: start", "owner": "told", "tags": "told"},
	"schedule": {"cron": "@pipeline | schedule: 0 0 1 * *", "every": "@pipeline | schedule: {every: month}", "timezone": "@pipeline | schedule: {every: month, timezone: UTC}",
		"catch_up": "@pipeline | schedule: {every: month, catch_up: all}"},
	"expectations": {"name": "told", "table": "table: t\n# -> table: parent\n#", "snapshot": "table: t\n# -> snapshot: shot\n#", "training_set": "table: t\n# -> training_set: ts\n#",
		"description": "told", "owner": "@expectations | owner: ann", "tags": "@expectations | tags: money", "defaults": "@expectations | defaults: {nulls: fail}", "rules": "rules: -> warnings:",
		"warnings": "@expectations | warnings: [n < 9]"},
	"rule": {"name": "@rule | name: positive", "rule": "n > 0 -> n > 1", "sql": "rule: n > 0 -> sql: select 1", "examples": "@rule | examples: {fail: [{n: 1}]}",
		"message": "@rule | message: no", "description": "@rule | description: why", "where": "@rule | where: id != \"a\"", "at_least": "@rule | at_least: 0.9", "max_fail": "@rule | max_fail: 3",
		"severity": "@rule | severity: warn", "nulls": "@rule | nulls: fail", "on_fail": "@rule | on_fail: quarantine", "owner": "@rule | owner: ann", "tags": "@rule | tags: money"},
	"examples": {"pass": "@rule | examples: {pass: [{n: -1}]}", "fail": "@rule | examples: {fail: [{n: 1}]}", "unknown": "@rule | examples: {unknown: [{n: 1}]}",
		"params": "n > 0\n    # @rule -> d < params.as_of\n    examples: {pass: [{d: 2024-01-31}], params: {as_of: 2024-01-31}}"},
	"rule defaults": {"where": "@expectations | defaults: {where: id != \"a\"}", "at_least": "@expectations | defaults: {at_least: 0.9}",
		"max_fail": "@expectations | defaults: {max_fail: 3}", "severity": "@expectations | defaults: {severity: warn}", "nulls": "@expectations | defaults: {nulls: fail}",
		"on_fail": "@expectations | defaults: {on_fail: quarantine}", "owner": "@expectations | defaults: {owner: ann}", "tags": "@expectations | defaults: {tags: money}"},
}

// TestEveryKeyIsHeard sets every key that the loader knows to another value: the model must change, or the key must be refused: as a
// feature of a later version (Y113), because it does not go with the rest of the base (S502, T311), or as an example that is wrong (X458).
func TestEveryKeyIsHeard(t *testing.T) {
	before, list := feed(t, "")
	if list.HasErrors() {
		t.Fatalf("the base does not hold: %v", list)
	}
	seen := map[string]bool{}
	var walk func(k *spec.Kind, path string)
	walk = func(k *spec.Kind, path string) {
		id := path + "/" + k.Name
		if seen[id] {
			return
		}
		seen[id] = true
		keys := feedKeys[k.Name]
		if keys == nil {
			keys = feedFeatureKeys[k.Name]
		}
		for _, f := range k.Fields {
			if f.Name == "kind" {
				continue
			}
			change, ok := keys[f.Name]
			switch {
			case !ok:
				t.Errorf("key %q of a %s has no test: give it a value in feedKeys", f.Name, k.Name)
			case !strings.HasPrefix(change, "told"):
				after, list := feed(t, change)
				if !list.HasErrors() && reflect.DeepEqual(before, after) {
					t.Errorf("key %q of a %s is ignored: %s", f.Name, k.Name, change)
				}
				for _, d := range list {
					if d.Severity == diag.Error && !slices.Contains([]string{"Y113", "S502", "T311", "X458"}, d.ID) {
						t.Errorf("key %q of a %s: %s: %s %s", f.Name, k.Name, change, d.ID, d.Error())
					}
				}
			}
			if f.Kind != nil {
				walk(f.Kind, k.Name)
			}
		}
	}
	for _, k := range spec.Kinds() {
		if k.Name != "test" {
			walk(k, "")
		}
	}
}

// feed checks the base with one change, and returns its model without places.
func feed(t *testing.T, change string) (any, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{}
	done := change == ""
	for _, name := range slices.Sorted(maps.Keys(feedBase)) {
		text := feedBase[name]
		if marker, line, ok := strings.Cut(change, " | "); ok && strings.Contains(text, "# "+marker+"\n") {
			text, done = strings.Replace(text, "# "+marker+"\n", line+"\n", 1), true
		} else if old, new, ok := strings.Cut(change, " -> "); ok && strings.Contains(text, old) && !done {
			text, done = strings.Replace(text, old, new, 1), true
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if !done {
		t.Fatalf("the base has no place for %s", change)
	}
	tree, list := spec.Load(fsys, nil)
	p, more := Check(tree)
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return placeless(out), append(list, more...)
}

func placeless(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "Origin")
		for k, x := range v {
			v[k] = placeless(x)
		}
	case []any:
		for i, x := range v {
			v[i] = placeless(x)
		}
	}
	return v
}
