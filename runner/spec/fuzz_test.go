package spec

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad feeds any bytes to Load: it must return, and every place must lie inside the file.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/err/*.yaml", "testdata/ok/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		loadOne(t, "x.yaml", text)
		tree, _ := Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, []string{"x.yaml"})
		src := newFile("x.yaml", text)
		for _, p := range tree.Pipelines {
			for _, s := range append([]Str{p.Name, p.Description, p.Owner}, p.Materialize.Items...) {
				for i := range []rune(s.Value) {
					inside(t, src, s.At(i, i+1))
				}
			}
		}
		for _, e := range tree.Expectations {
			for _, r := range append(e.Rules, e.Warnings...) {
				inside(t, src, r.Place)
				for i := range []rune(r.Rule.Value) {
					inside(t, src, r.Rule.At(i, i+1))
				}
			}
		}
	})
}

// TestMangled breaks the sound specs in every line and loads what is left: a cheap stand-in for fuzzing in every test run.
func TestMangled(t *testing.T) {
	for _, file := range append(glob(t, "testdata/ok/*.yaml"), glob(t, "testdata/err/*.yaml")...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i <= len(text); i += 17 {
			for _, bad := range []string{"", "\t", `"`, "{", "[", "*a", "&a ", ": ", "#", "- ", "\n", "|\n", "é"} {
				loadOne(t, "x.yaml", string(text[:i])+bad+string(text[min(i+1, len(text)):]))
			}
		}
	}
}

// TestJunk loads large nonsense. It must neither crash nor run away; a test that hangs is stopped by the time limit of go test.
func TestJunk(t *testing.T) {
	const size = 300_000
	for name, text := range map[string]string{
		"brackets":    strings.Repeat("[", size),
		"braces":      "kind: " + strings.Repeat("{a: ", size/4),
		"items":       strings.Repeat("- ", size/2),
		"deep":        "kind: pipeline\nname: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"quote":       "kind: \"" + strings.Repeat("x\n", size/2),
		"one line":    "kind: pipeline\nname: p\ntags: [" + strings.Repeat("é, ", size/4) + "z]\n",
		"columns":     "kind: pipeline\nname: p\ntables: {t: {columns: {" + manyColumns(10_000) + "}}}\n",
		"documents":   strings.Repeat("kind: zebra\n---\n", size/30),
		"aliases":     "kind: pipeline\nname: p\ntags: &t " + manyItems(1000) + "\ntables:\n" + manyUses(1000),
		"stars":       "a: &a x\nb:\n" + strings.Repeat("- *a\n", size/10) + "c: *b\n",
		"comments":    strings.Repeat("# x\n", size/4),
		"long word":   "kind: pipeline\nname: " + strings.Repeat("é", size),
		"long folded": "kind: pipeline\nname: p\ndescription: >\n" + strings.Repeat("  é x\n", size/6),
		"too large":   strings.Repeat("a: 1\n", maxSize/4),
		"long path":   "kind: pipeline\nname: p\ndefaults: {source: \"" + strings.Repeat("${}", size/30) + "\"}",
	} {
		t.Run(name, func(t *testing.T) { loadOne(t, "x.yaml", text) })
	}
}

func manyColumns(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "é%d: text, ", i)
	}
	return b.String() + "z: text"
}

func manyItems(n int) string { return "[" + strings.Repeat("x, ", n) + "x]" }

func manyUses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  t%d: {tags: *t, columns: {a: text}}\n", i)
	}
	return b.String()
}
