package spec

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// BenchmarkLoad reads 1000 specs of 60 lines each.
func BenchmarkLoad(b *testing.B) {
	fsys := fstest.MapFS{}
	for i := range 500 {
		var p, e strings.Builder
		fmt.Fprintf(&p, "kind: pipeline\nname: p%d\ntables:\n  t%d:\n    source: d/${env:X}.csv\n    primary_key: c0\n    columns:\n", i, i)
		fmt.Fprintf(&e, "kind: expectations\ntable: t%d\nrules:\n", i)
		for c := range 55 {
			fmt.Fprintf(&p, "      c%d: {type: numeric, optional: true}   # a column\n", c)
			fmt.Fprintf(&e, "  - c%d >= 0 and c%d < 100   # a rule\n", c, c)
		}
		fsys[fmt.Sprintf("pipelines/p%d.yaml", i)] = &fstest.MapFile{Data: []byte(p.String())}
		fsys[fmt.Sprintf("expectations/e%d.yaml", i)] = &fstest.MapFile{Data: []byte(e.String())}
	}
	for b.Loop() {
		if _, found := Load(fsys, nil); len(found) > 0 {
			b.Fatal(found[0])
		}
	}
}
