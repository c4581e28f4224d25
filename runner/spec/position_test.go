package spec

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"testing/fstest"
)

// TestAtOverStyles writes random texts in all five styles and looks at where each rune of what YAML made of them is said to stand:
// the same rune must be there, or the escape that means it, and places must follow each other.
func TestAtOverStyles(t *testing.T) {
	seed := rand.Int63()
	r := rand.New(rand.NewSource(seed))
	docs, runes := 0, 0
	for i := 0; i < 6000; i++ {
		text, style := document(r)
		tree, _ := Load(fstest.MapFS{"e.yaml": {Data: []byte(text)}}, []string{"e.yaml"})
		if len(tree.Pipelines) != 1 || !tree.Pipelines[0].Description.Set {
			continue // what was written is no YAML, or cut by a comment before it
		}
		docs++
		s := tree.Pipelines[0].Description
		n, why := checkAt(newFile("e.yaml", text), s)
		runes += n
		if why != "" {
			t.Fatalf("seed %d, style %v: %s\nvalue %q\nsource:\n%s", seed, style, why, s.Value, text)
		}
	}
	if docs < 4000 {
		t.Errorf("seed %d: only %d of 6000 documents could be used", seed, docs)
	}
	t.Logf("%d documents, %d runes", docs, runes)
}

func checkAt(f *file, s Str) (n int, why string) {
	line, col := 0, 0
	for i, want := range []rune(s.Value) {
		if strings.ContainsRune(" \t\n", want) {
			continue
		}
		n++
		p := s.At(i, i+1)
		src := []rune(f.line(p.Line))
		if p.Col < 1 || p.Col > len(src) {
			return n, fmt.Sprintf("rune %d %q is at %v, outside of its line", i, want, p)
		}
		got := src[p.Col-1]
		if got != want && (got != '\\' || s.text.style != doubleQuoted) {
			return n, fmt.Sprintf("rune %d %q is said to be at %v, where %q stands", i, want, p, got)
		}
		if p.Line < line || p.Line == line && p.Col <= col {
			return n, fmt.Sprintf("rune %d %q at %v does not follow the one before", i, want, p)
		}
		if p.EndLine != p.Line || p.EndCol <= p.Col {
			return n, fmt.Sprintf("rune %d %q has the empty place %+v", i, want, p)
		}
		line, col = p.Line, p.Col
	}
	if p := s.Place; p.Line < 1 || after(p) {
		return n, fmt.Sprintf("the whole is at %+v", p)
	}
	return n, ""
}

var words = []string{"a", "b12", ">=", "don't", `say "x"`, "#", "x#y", ":", "k:v", "日本", "😀", "é", "\\", "a\tb", "[1]", "{x}", "&", "*", "!", "${p}", "%", "|", "-", "'q'"}

// document returns a pipeline whose description is a random text.
func document(r *rand.Rand) (string, style) {
	st := style(r.Intn(5))
	property := []string{"", "", "", "&x ", "!!str ", "&x !!str ", "!!str &x  ", "&x\n  # note\n  "}[r.Intn(8)]
	if st == plain {
		property = []string{"", "", "&x ", "&x\n    "}[r.Intn(4)]
	}
	var lines []string
	for n := 1 + r.Intn(5); n > 0; n-- {
		var line []string
		for m := r.Intn(5); m > 0; m-- {
			line = append(line, words[r.Intn(len(words))])
		}
		lines = append(lines, strings.Join(line, []string{" ", "  ", "\t"}[r.Intn(3)]))
	}
	head := []string{"", "\ufeff", "# 日本\n", "---\n"}[r.Intn(4)]
	text := head + "kind: pipeline\ndescription: " + property + written(r, st, lines) + "\nname: p\n"
	if r.Intn(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text, st
}

func written(r *rand.Rand, st style, lines []string) string {
	indent := strings.Repeat(" ", 1+r.Intn(4))
	joint := "\n" + indent
	if r.Intn(3) == 0 {
		joint = " \t\n\n" + indent + "\t"
	}
	switch st {
	case singleQuoted:
		return "'" + strings.ReplaceAll(strings.Join(lines, joint), "'", "''") + "'"
	case doubleQuoted:
		return `"` + escapedText(r, lines, joint) + `"`
	case literal, folded:
		return blockText(r, st, lines, indent)
	}
	return "w " + strings.Join(lines, joint) + " w"
}

func escapedText(r *rand.Rand, lines []string, joint string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString([]string{joint, " \\\n\t ", "\\\n\n  \\ x"}[r.Intn(3)])
		}
		for _, c := range l {
			switch {
			case c == '"' || c == '\\':
				b.WriteString(`\` + string(c))
			case c == '\t':
				b.WriteString(`\t`)
			case r.Intn(6) == 0 && c <= 0xff:
				fmt.Fprintf(&b, `\x%02x`, c)
			case r.Intn(6) == 0 && c <= 0xffff:
				fmt.Fprintf(&b, `\u%04x`, c)
			case r.Intn(6) == 0:
				fmt.Fprintf(&b, `\U%08x`, c)
			default:
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}

func blockText(r *rand.Rand, st style, lines []string, indent string) string {
	head := map[style]string{literal: "|", folded: ">"}[st]
	explicit := r.Intn(3) == 0
	if explicit {
		head += fmt.Sprint(len(indent))
	}
	head += []string{"", "-", "+", " # note", "-  # note"}[r.Intn(5)]
	for i, l := range lines {
		deep := ""
		if i > 0 || explicit {
			deep = []string{"", "", "  ", "\t"}[r.Intn(4)]
		}
		if l == "" {
			deep = []string{"", indent, indent + "  "}[r.Intn(3)]
			head += "\n" + deep
			continue
		}
		head += "\n" + indent + deep + l
	}
	return head + strings.Repeat("\n", r.Intn(3))
}

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
