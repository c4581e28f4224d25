package spec

import (
	"math/rand"
	"os"
	"strings"
	"testing"

	"streamflow/runner/spec/spectest"
)

// TestNoSuspectInSoundYAML: whatever parses has no suspect, else the suspect would hide the true cause of a fault further down.
func TestNoSuspectInSoundYAML(t *testing.T) {
	try := func(text string) {
		t.Helper()
		f := newFile("x.yaml", text)
		if _, fault := parseYAML(f.text()); fault != nil || strings.ContainsRune(f.text(), '\r') {
			return
		}
		if s := (&suspector{f: f}).find(); s != nil {
			t.Errorf("%v: %s\n%s", s.place, s.message, text)
		}
	}
	for _, pattern := range []string{"testdata/*/*.yaml", "../../pipelines/*.yaml", "../../expectations/*.yaml"} {
		for _, file := range glob(t, pattern) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			try(string(text))
		}
	}
	for _, text := range []string{
		"a:\n- b: 1\n  c: 2\n- d\ne: f\n",
		"a: b\n  c d\n  e\nf: g\n",
		"a: \"b\n  c: d\"\ne: f\n",
		"a: [b,\nc, d]\ne: {f: g,\n  h: 'i: j'}\n",
		"a: {b: [c, \"]\"], d: e-[x}\n",
		"- - a\n  - b\n- c\n",
		"? a\n: b\n",
		"a:\n  b\nc: d\n",
		"a: &x b\nc: *x\nd: &y\n  e: f\ng: !!str h\n",
		"a: |\n  b: c: d\n\t\n  \"e\nf: >-\n\n  'g\n",
		"a: |\n  b\n# c: d: e\nf: g\n",
		"a: b#c\nd: e # f: g: h\n",
		"a: http://b:1/c?d=e\nf: 12:30\n",
		"'a b': c\n\"d\": e\n",
		"---\na: b\n...\n---\nc: d\n",
		"- a: b\n  c:\n  - d\n  - e: f\n-\n  g: h\n",
	} {
		try(text)
	}
	r := rand.New(rand.NewSource(4))
	for i := 0; i < 3000; i++ {
		try(described(r))
	}
}

// described returns a pipeline with a random description.
func described(r *rand.Rand) string {
	sheet, at := spectest.NewSheet(r), spectest.Around{}
	sheet.Write("kind: pipeline\ndescription: ")
	for {
		if value, style := spectest.Value(r), spectest.Styles[r.Intn(len(spectest.Styles))]; spectest.Takes(style, value, at) {
			sheet.Scalar(style, value, at)
			break
		}
	}
	sheet.Write("\nname: p\n")
	return sheet.String()
}
