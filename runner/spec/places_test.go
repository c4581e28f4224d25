package spec

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"testing"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec/spectest"
)

// TestPlaces writes random documents whose every character is known, and holds the places of each scalar, of each of its runes and of parts of
// it against what was written. PLACES_DOCUMENTS makes it long, PLACES_SEED repeats it.
func TestPlaces(t *testing.T) {
	docs, seed := 4000, time.Now().UnixNano()
	if n, err := strconv.Atoi(os.Getenv("PLACES_DOCUMENTS")); err == nil {
		docs = n
	}
	if n, err := strconv.ParseInt(os.Getenv("PLACES_SEED"), 10, 64); err == nil {
		seed = n
	}
	runes, scalars, unread := 0, 0, 0
	for i := range docs {
		r := rand.New(rand.NewSource(seed + int64(i)))
		text, want := spectest.Document(r)
		f := newFile("x.yaml", text)
		roots, fault := parseYAML(f.text())
		var got []*node
		for _, root := range roots {
			got = appendScalars(got, root)
		}
		if fault != nil || len(got) != len(want) {
			if unread++; testing.Verbose() && unread < 10 {
				for j := range min(len(got), len(want)) {
					if got[j].value != want[j].Value {
						t.Logf("first different: %q for %q", got[j].value, want[j].Value)
						break
					}
				}
				t.Logf("seed %d is not read: %+v, %d scalars instead of %d\n%s", seed+int64(i), fault, len(got), len(want), text)
			}
			continue
		}
		w := &walker{file: f, diags: &diag.List{}}
		for j, n := range got {
			scalars++
			runes += len([]rune(n.value))
			if why := misplaced(w.bare(n), want[j], r); why != "" {
				t.Fatalf("PLACES_SEED=%d, %v %q at %d:%d: %s\n%s", seed+int64(i), want[j].Style, n.value, n.line, n.col, why, text)
			}
		}
	}
	t.Logf("%d documents, %d scalars, %d runes from seed %d; %d not read as they were meant", docs, scalars, runes, seed, unread)
	if unread > docs/100 {
		t.Errorf("%d of %d documents were not read as they were meant", unread, docs)
	}
}

// appendScalars lists the scalars below a node in the order of the text.
func appendScalars(out []*node, n *node) []*node {
	if n.kind == aliasNode {
		n = resolve(n)
	}
	if n.kind == scalarNode {
		return append(out, n)
	}
	for _, c := range n.children {
		out = appendScalars(out, c)
	}
	return out
}

// misplaced says what is wrong with the places of a scalar.
func misplaced(s Str, want spectest.Scalar, r *rand.Rand) string {
	if s.Value != want.Value {
		return fmt.Sprintf("it was written as %q", want.Value)
	}
	if at := (diag.Place{File: "x.yaml", Line: want.Begin.Line, Col: want.Begin.Col, EndLine: want.End.Line, EndCol: want.End.Col}); s.Place != at {
		return fmt.Sprintf("the whole is said to be at %+v, and is at %+v", s.Place, at)
	}
	n := len(want.Spots)
	for i := range n {
		if why := partMisplaced(s, want, i, i+1); why != "" {
			return why
		}
		if i > 0 && !before(want.Spots[i-1], want.Spots[i]) {
			return fmt.Sprintf("rune %d does not follow the one before", i)
		}
	}
	for k := 0; k < 4 && n > 1; k++ {
		from := r.Intn(n)
		if why := partMisplaced(s, want, from, from+1+r.Intn(n-from)); why != "" {
			return why
		}
	}
	return ""
}

func before(a, b spectest.Spot) bool { return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col }

func partMisplaced(s Str, want spectest.Scalar, from, to int) string {
	begin, end := want.Place(from, to)
	at := diag.Place{File: "x.yaml", Line: begin.Line, Col: begin.Col, EndLine: end.Line, EndCol: end.Col}
	if got := s.At(from, to); got != at {
		return fmt.Sprintf("runes %d to %d, %q, are said to be at %+v, and are at %+v", from, to, string([]rune(s.Value)[from:to]), got, at)
	}
	return ""
}
