package check

// feedFeatures is the part of the base of TestEveryKeyIsHeard that is about features.
const feedFeatures = `kind: entity
name: e
# @entity
key:
  id:
    type: text
    # @key column
---
kind: feature_view
name: v
# @feature_view
entity: e
source:
  name: shot
features:
  - {name: k, from: n}
  - name: n
    # @feature
derived:
  twice:
    value: k * 2
    # @derived feature
---
kind: feature_view
name: q
entity: e
source:
  query: select 1
  # @feature source
  reads: [shot]
  event_time: at
  columns:
    id: text
    at: date
    m:
      type: integer
      # @query column
features: m
---
kind: feature_service
name: sv
# @feature_service
features:
  - view: v
    # @feature reference
inputs:
  loan:
    type: numeric
    # @input
---
kind: training_set
name: ts
# @training_set
spine:
  path: s.csv
  event_time: at
  columns:
    id: text
    at: date
    gone: boolean
    loan:
      type: numeric
      # @file column
    other: date
    uid: text
features: sv
`

// feedFeatureKeys is the part of feedKeys that is about features.
var feedFeatureKeys = map[string]map[string]string{
	"entity": {"name": "told by R205-features", "key": "told by its type",
		"description": "@entity | description: about", "owner": "@entity | owner: ann", "tags": "@entity | tags: money"},
	"key column":   {"type": "type: text\n    # @key column -> type: varchar(9)", "description": "@key column | description: about"},
	"query column": {"type": "type: integer\n      # @query column -> type: bigint", "description": "@query column | description: about"},
	"file column":  {"type": "type: numeric\n      # @file column -> type: integer", "description": "@file column | description: about"},
	"input":        {"type": "type: numeric\n    # @input -> type: integer", "description": "@input | description: about"},
	"feature_view": {"name": "name: q\nentity -> name: other\nentity", "entity": "told by F601-entity", "source": "told by its keys", "keys": "told by F601-entity",
		"ttl": "@feature_view | ttl: 62d", "join": "@feature_view | join: snapshot", "features": "features: m -> features: all", "derived": "k * 2 -> k * 3",
		"online": "@feature_view | online: false", "description": "@feature_view | description: about", "owner": "@feature_view | owner: ann", "tags": "@feature_view | tags: money"},
	"feature source": {"name": "told by R201 and by model_test", "query": "query: select 1 -> query: select 2", "reads": "told by F608-query", "columns": "at: date\n    m -> at: date\n    k: text\n    m",
		"event_time": "told by F602-timestamp-field", "created_time": "@feature source | created_time: at"},
	"feature": {"name": "- name: n\n -> - name: x\n    from: n\n", "from": "@feature | from: d", "type": "told by F604-feature-type", "description": "@feature | description: about",
		"tags": "@feature | tags: money"},
	"derived feature": {"value": "k * 2 -> k * 4", "type": "@derived feature | type: numeric", "description": "@derived feature | description: about", "tags": "@derived feature | tags: money"},
	"feature_service": {"name": "told by R205-features", "features": "- view: v\n    # @feature reference -> - v.n", "inputs": "told by the input", "derived": "@feature_service | derived: {more: n + 1}",
		"description": "@feature_service | description: about", "owner": "@feature_service | owner: ann", "tags": "@feature_service | tags: money"},
	"feature reference": {"view": "- view: v\n -> - view: q\n", "features": "@feature reference | features: [n]", "prefix": "@feature reference | prefix: v_"},
	"training_set": {"name": "name: ts -> name: tt", "spine": "path: s.csv -> path: t.csv", "label": "@training_set | label: gone", "keep": "@training_set | keep: [other]", "where": "@training_set | where: gone",
		"params": "@training_set | params: {x: string}", "keys": "@training_set | keys: {id: uid}", "horizon": "@training_set | horizon: 1mo", "dates": "@training_set | dates: [2024-01-31]",
		"features": "features: sv -> features: v", "output": "@training_set | output: o.csv", "description": "@training_set | description: about", "owner": "@training_set | owner: ann",
		"tags": "@training_set | tags: money"},
	"spine": {"name": "path: s.csv\n  event_time: at\n  columns:\n    id: text\n    at: date\n    gone: boolean\n    loan:\n      type: numeric\n      # @file column\n    other: date\n    uid: text\nfeatures: sv -> name: shot\nfeatures: v",
		"path": "path: s.csv -> path: u.csv", "columns": "uid: text -> uid: text\n    more: text", "event_time": "event_time: at\n  columns:\n    id: text\n    at: date\n    gone -> event_time: other\n  columns:\n    id: text\n    at: date\n    gone"},
}
