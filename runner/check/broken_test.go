package check

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/spec"
)

// TestBrokenSpecs damages whole specs at random: whatever is left of them, check does not panic, every finding stands in the text, and
// there is a model exactly when there is no error.
func TestBrokenSpecs(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	var texts []string
	for _, name := range append(cases(t, "ok"), "../../pipelines/monthly.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	for range 400 {
		text := texts[rnd.IntN(len(texts))]
		for range 1 + rnd.IntN(4) {
			text = damage(rnd, text)
		}
		fsys := fstest.MapFS{"pipelines/a.yaml": &fstest.MapFile{Data: []byte(text)}}
		tree, list := spec.Load(fsys, nil)
		p, more := Check(tree)
		if (p == nil) != more.HasErrors() {
			t.Fatalf("a model: %v, errors: %v, of\n%s", p != nil, more, text)
		}
		list = append(list, more...)
		placesHold(t, list, fsys)
		printed(t, list, tree.Sources)
		if t.Failed() {
			t.Fatalf("the specs were\n%s", text)
		}
	}
}

// damage removes, repeats or moves a line, or changes one character.
func damage(rnd *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	i, j := rnd.IntN(len(lines)), rnd.IntN(len(lines))
	switch rnd.IntN(5) {
	case 0:
		lines = slices.Delete(lines, i, i+1)
	case 1:
		lines = slices.Insert(lines, j, lines[i])
	case 2:
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		if at := strings.LastIndex(lines[i], ":"); at >= 0 {
			lines[i] = lines[i][:at+1] // a key loses its value
		}
	default:
		runes := []rune(lines[i])
		if len(runes) > 0 {
			runes[rnd.IntN(len(runes))] = []rune("x:-{}[]\"'#& é%$")[rnd.IntN(15)]
			lines[i] = string(runes)
		}
	}
	return strings.Join(lines, "\n")
}
