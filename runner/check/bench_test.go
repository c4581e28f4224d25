package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/spec"
)

// BenchmarkLint reads and checks 500 tables and 500 files of expectations: each table in a pipeline of its own, which makes 1000 files,
// and 100 tables in each of 5 pipelines.
func BenchmarkLint(b *testing.B) {
	for _, each := range []int{1, 100} {
		fsys := fstest.MapFS{}
		for i := 0; i < 500; i += each {
			var tables, snapshots strings.Builder
			for j := i; j < i+each; j++ {
				fmt.Fprintf(&tables, benchTable, j)
				fmt.Fprintf(&snapshots, "  t%d_snapshots: {from: t%d}\n", j, j)
				fsys[fmt.Sprintf("expectations/t%03d.yaml", j)] = &fstest.MapFile{Data: fmt.Appendf(nil, benchRules, j)}
			}
			text := fmt.Sprintf(benchHead, i) + tables.String() + "snapshots:\n" + snapshots.String()
			fsys[fmt.Sprintf("pipelines/p%03d.yaml", i)] = &fstest.MapFile{Data: []byte(text)}
		}
		b.Run(fmt.Sprintf("files=%d", len(fsys)), func(b *testing.B) {
			for b.Loop() {
				tree, list := spec.Load(fsys, nil)
				if _, more := Check(tree); len(more)+len(list) > 0 {
					b.Fatal(more, list)
				}
			}
		})
	}
}

const benchHead = `kind: pipeline
name: p%d
params: {as_of: {type: date}, dir: {type: string}}
partitions:
  - {as_of: 2024-01-31, dir: data/a}
  - {as_of: 2024-02-29, dir: data/b}
defaults: {timezone: Europe/Paris}
tables:
`

const benchTable = `  t%d:
    source: ${dir}/{table}.csv
    primary_key: id
    columns:
      id:     text
      amount: numeric(10,2)
      units:  integer
      day:    {type: date, date_format: "%%d.%%m.%%Y"}
      active: boolean
      at:     timestamptz
`

const benchRules = `kind: expectations
table: t%d
defaults: {nulls: pass}
rules:
  - amount >= 0
  - units in 1..10
  - {rule: amount < 1000, where: units > 2, at_least: 0.99}
  - count_distinct(day) > 1
`
