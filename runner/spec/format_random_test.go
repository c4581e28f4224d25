package spec

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"streamflow/runner/spec/spectest"
)

// randomRounds are how many documents a random test makes, and its seed. FORMAT_ROUNDS makes it long, FORMAT_SEED repeats it.
func randomRounds(t *testing.T, usual int) (rounds int, seed int64) {
	seed = time.Now().UnixNano()
	if n, err := strconv.Atoi(os.Getenv("FORMAT_ROUNDS")); err == nil {
		usual = n
	}
	if n, err := strconv.ParseInt(os.Getenv("FORMAT_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("FORMAT_SEED=%d", seed)
	return usual, seed
}

// TestLayOutRandom lays out random YAML in all styles, that is no spec: the layout keeps what it says, but for few documents, of which
// Format would take the text as it is. Laid out twice is laid out once.
func TestLayOutRandom(t *testing.T) {
	rounds, seed := randomRounds(t, 3000)
	read := func(text string) *loaded {
		l := &loaded{name: "x.yaml", text: text, file: newFile("x.yaml", text), kinds: map[*node]*Kind{}, tree: &Tree{}}
		roots, fault := parseYAML(l.file.text())
		if fault == nil {
			l.roots = roots
		}
		return l
	}
	tried, left := 0, 0
	for i := range rounds {
		text, _ := spectest.Document(rand.New(rand.NewSource(seed + int64(i))))
		was := read(text)
		if len(was.roots) == 0 {
			continue
		}
		tried++
		is := settle(was, layOut, read)
		if again := settle(is, layOut, read); again.text != is.text {
			t.Fatalf("FORMAT_SEED=%d: laid out twice it is\n%s\nafter\n%s\nof\n%s", seed+int64(i), again.text, is.text, text)
		}
		if is == was && layOut(was)[0] != text {
			if left++; testing.Verbose() && left < 4 {
				t.Logf("FORMAT_SEED=%d does not keep what it says\n%s\n----\n%s", seed+int64(i), text, layOut(was)[0])
			}
		}
	}
	t.Logf("%d documents, %d would be left as they are", tried, left)
	if left > tried/20 { // keys with ? that hold more than one line, mostly
		t.Errorf("the layout does not keep what %d of %d documents say", left, tried)
	}
}

// TestFormatComments puts comments and blank lines into the specs of the tests, wherever YAML takes them: formatted twice is formatted once,
// and each comment is still there.
func TestFormatComments(t *testing.T) {
	rounds, seed := randomRounds(t, 400)
	var texts []string
	for _, name := range append(glob(t, "testdata/*/*.yaml"), append(glob(t, "../explain/cases/*.yaml"), glob(t, "testdata/format/*.txtar")...)...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".txtar" {
			text = txtar.Parse(text).Files[0].Data
		}
		if !loadText("pipelines/x.yaml", text).list.HasErrors() {
			texts = append(texts, string(text))
		}
	}
	changed := 0
	for i := range rounds {
		r := rand.New(rand.NewSource(seed + int64(i)))
		lines := strings.Split(texts[r.Intn(len(texts))], "\n")
		for range 1 + r.Intn(6) {
			at := r.Intn(len(lines))
			note := fmt.Sprintf("# note %d", r.Intn(1000))
			switch r.Intn(4) {
			case 0:
				lines[at] += strings.Repeat(" ", 1+r.Intn(3)) + note
			case 1:
				lines = append(lines[:at], append([]string{""}, lines[at:]...)...)
			default:
				lines = append(lines[:at], append([]string{strings.Repeat(" ", r.Intn(8)) + note}, lines[at:]...)...)
			}
		}
		text := strings.Join(lines, "\n")
		was := loadText("pipelines/x.yaml", []byte(text))
		if was.list.HasErrors() {
			continue
		}
		out := formatted(t, "pipelines/x.yaml", text)
		if out != text {
			changed++
		}
		if !was.saysTheSame(loadText("pipelines/x.yaml", []byte(out))) {
			t.Fatalf("FORMAT_SEED=%d: something was lost:\n%s\n----\n%s", seed+int64(i), text, out)
		}
		if again := formatted(t, "pipelines/x.yaml", out); again != out {
			t.Fatalf("FORMAT_SEED=%d: formatted twice it is\n%s\nafter\n%s\nof\n%s", seed+int64(i), again, out, text)
		}
	}
	t.Logf("%d of %d changed", changed, rounds)
}

// TestFormatShuffled gives the keys of the specs of the tests any order, in lines and in braces: formatted they are what they were formatted
// to before, but for a comment that came to stand on top of its document.
func TestFormatShuffled(t *testing.T) {
	rounds, seed := randomRounds(t, 300)
	var texts []string
	for _, name := range append(glob(t, "testdata/*/*.yaml"), append(glob(t, "../explain/cases/*.yaml"), glob(t, "../../*/*.yaml")...)...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !loadText("pipelines/x.yaml", text).list.HasErrors() && !strings.Contains(string(text), " &") {
			texts = append(texts, string(text))
		}
	}
	solid := func(text string) (out []string) { // blank lines tell groups apart, which change with the order; comments on top stay there
		for line := range strings.Lines(text) {
			if !quiet(strings.TrimSpace(line)) {
				out = append(out, line)
			}
		}
		return out
	}
	moved := 0
	for i := range rounds {
		r := rand.New(rand.NewSource(seed + int64(i)))
		text := formatted(t, "pipelines/x.yaml", texts[r.Intn(len(texts))])
		l := loadText("pipelines/x.yaml", []byte(text))
		shuffled := map[*Kind]*Kind{}
		for n, k := range l.kinds {
			if shuffled[k] == nil {
				other := *k
				other.Fields = slices.Clone(k.Fields)
				r.Shuffle(len(other.Fields), func(a, b int) { other.Fields[a], other.Fields[b] = other.Fields[b], other.Fields[a] })
				shuffled[k] = &other
			}
			l.kinds[n] = shuffled[k]
		}
		mixed := loadText("pipelines/x.yaml", []byte(layOut(l)[0]))
		if !l.saysTheSame(mixed) {
			t.Fatalf("FORMAT_SEED=%d: shuffled it says something else:\n%s\n----\n%s", seed+int64(i), text, mixed.text)
		}
		if mixed.text != text {
			moved++
		}
		if again := formatted(t, "pipelines/x.yaml", mixed.text); !slices.Equal(solid(again), solid(text)) {
			t.Fatalf("FORMAT_SEED=%d: shuffled and formatted it is\n%s\nafter\n%s\nof\n%s", seed+int64(i), again, mixed.text, text)
		}
	}
	t.Logf("%d of %d shuffled", moved, rounds)
	if moved < rounds/2 {
		t.Errorf("only %d of %d were shuffled", moved, rounds)
	}
}
