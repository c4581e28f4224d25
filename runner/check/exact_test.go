package check

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
	"streamflow/runner/spec/spectest"
)

// TestFaultsAreExact plants one fault in an expression, writes the expression in every style of YAML and in every place for one, and holds
// the finding of lint against the characters that were planted. PLACES_DOCUMENTS makes it long, PLACES_SEED repeats it.
func TestFaultsAreExact(t *testing.T) {
	docs, seed := 1500, time.Now().UnixNano()
	if n, err := strconv.Atoi(os.Getenv("PLACES_DOCUMENTS")); err == nil {
		docs = n / 10
	}
	if n, err := strconv.ParseInt(os.Getenv("PLACES_SEED"), 10, 64); err == nil {
		seed = n
	}
	several := 0 // faults that go over more than one line
	for i := range docs {
		r := rand.New(rand.NewSource(seed + int64(i)))
		e := plantedFault(r)
		text, s := e.written(r)
		begin, end := s.Place(e.from, e.to)
		want := diag.Place{File: "x.yaml", Line: begin.Line, Col: begin.Col, EndLine: end.Line, EndCol: end.Col}
		tree, list := spec.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, []string{"x.yaml"})
		_, more := Check(tree)
		list = append(list, more...)
		found := 0
		for _, d := range list {
			if d.ID == e.id && d.Place == want {
				found++
			}
		}
		if found != 1 || list.Count(diag.Error) != 1 {
			t.Fatalf("PLACES_SEED=%d, %v %q: want one error %s at %+v, got\n%v\n%s", seed+int64(i), s.Style, s.Value, e.id, want, list, text)
		}
		if want.EndLine > want.Line {
			several++
		}
	}
	t.Logf("%d faults, %d of them over several lines, from seed %d", docs, several, seed)
}

// expr is an expression with a fault.
type expr struct {
	id       string
	text     string
	from, to int // the runes of the fault
}

// plantedFault returns a sound expression with something wrong in it.
func plantedFault(r *rand.Rand) expr {
	pick := func(words ...string) string { return words[r.Intn(len(words))] }
	gap := func() string { return pick(" ", " ", " ", "  ", "\n", "\n  ", "\t", "\n\n") }
	sound := func() string {
		return pick(`fee > 0`, `word != "日本 😀"`, `word in ["a", 'b c']`, "fee"+gap()+"*"+gap()+"2 <= 1e3", `word matches "^\\w+#? $"`, `not (fee == 3)`, `word == "it's: \"e\u0301\""`)
	}
	var b strings.Builder
	for n := r.Intn(3); n > 0; n-- {
		b.WriteString(sound() + gap() + pick("and", "or") + gap())
	}
	out := expr{from: utf8.RuneCountInString(b.String())}
	fault, rest := "", ""
	switch r.Intn(3) {
	case 0:
		out.id, fault, rest = "E402", "feee", gap()+">="+gap()+"3"
	case 1:
		out.id, fault, rest = "E402", "wrod", gap()+"!= \"x\""
	default:
		out.id, fault, rest = "E403", "word"+gap()+"*"+gap()+"fee", gap()+"> 1"
	}
	out.to = out.from + utf8.RuneCountInString(fault)
	b.WriteString(fault + rest)
	for n := r.Intn(3); n > 0; n-- {
		b.WriteString(gap() + pick("and", "or") + gap() + sound())
	}
	out.text = b.String()
	return out
}

// written returns a spec with the expression in one of the places for one.
func (e expr) written(r *rand.Rand) (string, spectest.Scalar) {
	type frame struct {
		before, after string
		at            spectest.Around
	}
	frames := []frame{
		{"rules:\n  - ", "\n", spectest.Around{Indent: 2}},
		{"rules:\n- ", "\n", spectest.Around{Indent: 0}},
		{"rules:\n  - name: one\n    rule: ", "\n", spectest.Around{Indent: 4}},
		{"rules:\n  - rule: &r !!str ", "\n", spectest.Around{Indent: 4}},
		{"rules:\n  - rule: !!str\n      # note\n      ", "\n", spectest.Around{Indent: 4}},
		{"rules:\n  - rule: fee > 7\n    where:\n      ", "\n    severity: warn\n", spectest.Around{Indent: 4}},
		{"rules: [{name: one, rule: ", "}]\n", spectest.Around{Indent: 0, Flow: true}},
		{"rules: [fee > 5, # note\n  ", " # note\n  ]\n", spectest.Around{Indent: 0, Flow: true}},
		{"rules:\n  - ? rule\n    : ", "\n", spectest.Around{Indent: 4}},
		{"description: &text ", "\nrules:\n  - *text\n", spectest.Around{Indent: 0}},
	}
	for {
		f, style := frames[r.Intn(len(frames))], spectest.Styles[r.Intn(len(spectest.Styles))]
		value := e.text
		if style == spectest.Literal || style == spectest.Folded {
			value += strings.Repeat("\n", r.Intn(3))
		}
		if !spectest.Takes(style, value, f.at) {
			continue
		}
		s := spectest.NewSheet(r)
		s.Write(fmt.Sprintf("kind: pipeline\nname: p\ntables:\n  t: {source: t.csv, primary_key: word, columns: {word: text, fee: numeric}}\n---\nkind: expectations\ntable: t\n"))
		s.Write(f.before)
		scalar := s.Scalar(style, value, f.at)
		s.Write(f.after)
		return s.String(), scalar
	}
}
