package exports

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestLiterals lets Python read texts of any characters: each must be what was written, and comments must stay comments.
func TestLiterals(t *testing.T) {
	python3, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("NOT RUN: there is no python3")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	texts := []string{"", `"""`, `\`, "\\u0041", "a\r\nb", "\x00\x07\x7f", "\u2028", "\ufeff", "Größe", "🦊", "{x}%s$x"}
	for range 3000 {
		texts = append(texts, randomText(r))
	}
	p := &python{taken: map[string]bool{}}
	p.line("# -*- of any characters -*-")
	p.line("texts = []")
	for _, text := range texts {
		p.comment(text)
		p.line("texts.append(%s)", literal(text))
		p.line("%s = 1", p.variable("v", text))
	}
	p.line("import json, sys")
	p.line("json.dump(texts, sys.stdout)")
	c := exec.Command(python3, "-")
	c.Stdin = strings.NewReader(p.String())
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(texts) {
		t.Fatalf("%d texts, want %d", len(got), len(texts))
	}
	for i := range texts {
		if got[i] != texts[i] {
			t.Errorf("%q is read as %q", texts[i], got[i])
		}
	}
}

func randomText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(12) {
		switch r.IntN(3) {
		case 0:
			b.WriteRune(rune(r.IntN(128)))
		case 1:
			b.WriteByte("\\\"'\n\r#u0x{}"[r.IntN(11)])
		default:
			if c := rune(r.IntN(0x30000)); c < 0xD800 || c > 0xDFFF {
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}
