package spec

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// TestAtByHand names the cases that random texts might miss.
func TestAtByHand(t *testing.T) {
	for _, c := range []struct{ source, part, want string }{
		{"description: a bcd e", "bcd", "2:16-2:19"},
		{"description: 'it''s bcd'", "bcd", "2:21-2:24"},
		{"description: 'it''s'", "'", "2:17-2:19"},
		{`description: "\u00e9\tbcd"`, "bcd", "2:23-2:26"},
		{`description: "a\tb"`, "\t", "2:16-2:18"},
		{"description: \"a \\\n   bcd\"", "bcd", "3:4-3:7"},
		{"description: a\n\n   bcd", "bcd", "4:4-4:7"},
		{"description: |\n  x\n  bcd", "bcd", "4:3-4:6"},
		{"description: |2\n    bcd", "  bcd", "3:3-3:8"},
		{"description: >\n\n  x\n  bcd\n\n    deep", "x bcd", "4:3-5:6"},
		{"description: >\n\n  x\n  bcd\n\n    deep", "deep", "7:5-7:9"},
		{"description: &x\n  |-\n  bcd", "bcd", "4:3-4:6"},
		{"description: !!str &x 'bcd'", "bcd", "2:24-2:27"},
		{"description: 日本 bcd", "bcd", "2:17-2:20"},
		{"description: ! 'bcd'", "bcd", "2:17-2:20"},
		{"description: !<tag:yaml.org,2002:str> &x >-\n  bcd", "bcd", "3:3-3:6"},
		{"description: \"a\n\n \n  b\"", "\n\n", "3:1-4:3"},
		{"description: |2-\n    \nowner:\n  o", "  ", "3:3-3:5"},
		{"? description\n: !!str\n  # note\n  'a\n  bcd'", "bcd", "6:3-6:6"},
		{"owner: &o bcd\ndescription: *o", "bcd", "2:11-2:14"},
	} {
		tree, found := Load(fstest.MapFS{"e.yaml": {Data: []byte("kind: pipeline\n" + c.source + "\nname: p\n")}}, []string{"e.yaml"})
		if len(tree.Pipelines) != 1 {
			t.Errorf("%q: %v", c.source, found)
			continue
		}
		s := tree.Pipelines[0].Description
		at := strings.Index(s.Value, c.part)
		if at < 0 {
			t.Errorf("%q: %q is not in %q", c.source, c.part, s.Value)
			continue
		}
		from := len([]rune(s.Value[:at]))
		p := s.At(from, from+len([]rune(c.part)))
		if got := fmt.Sprintf("%d:%d-%d:%d", p.Line, p.Col, p.EndLine, p.EndCol); got != c.want {
			t.Errorf("%q: %q is at %s, want %s", c.source, c.part, got, c.want)
		}
	}
}

// TestEmptyPlaces: a value that is not there has its properties to show, and never the next key.
func TestEmptyPlaces(t *testing.T) {
	for source, want := range map[string]string{
		"owner: &x\nname: *x": "x.yaml:2:8", "owner: !!str\nname: p": "x.yaml:2:8", "owner: !!str ''\nname: p": "x.yaml:2:14", "owner: ''\nname: p": "x.yaml:2:8",
	} {
		roots, fault := parseYAML("kind: pipeline\n" + source)
		if fault != nil {
			t.Fatal(fault)
		}
		n := roots[0].children[3]
		if at := (&walker{file: newFile("x.yaml", "kind: pipeline\n"+source)}).bare(n).Place; at.String() != want || at.EndLine != 2 {
			t.Errorf("%q: the empty value is at %+v, want %s", source, at, want)
		}
	}
}

func TestAtOutOfRange(t *testing.T) {
	if got := (Str{Value: "x"}).At(0, 1); got.Line != 0 {
		t.Errorf("a text from nowhere is at %v", got)
	}
	tree, _ := Load(fstest.MapFS{"e.yaml": {Data: []byte("kind: pipeline\nname: abc\n")}}, []string{"e.yaml"})
	name := tree.Pipelines[0].Name
	for _, c := range []struct {
		from, to int
		want     string
	}{{-5, 99, "2:7-2:10"}, {1, 1, "2:8-2:9"}, {3, 3, "2:10-2:11"}, {9, 9, "2:10-2:11"}, {2, 1, "2:9-2:10"}} {
		p := name.At(c.from, c.to)
		if got := fmt.Sprintf("%d:%d-%d:%d", p.Line, p.Col, p.EndLine, p.EndCol); got != c.want {
			t.Errorf("At(%d, %d) is %s, want %s", c.from, c.to, got, c.want)
		}
	}
}
