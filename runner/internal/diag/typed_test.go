package diag

import (
	"os/exec"
	"testing"
)

// A shell takes back what was meant. Plain words stay as they are, so that hints stay readable.
func TestTypedIsOneWordOfAShell(t *testing.T) {
	for word, want := range map[string]string{
		"clients.fee": "clients.fee", "2024-01-31": "2024-01-31", "data/jan": "data/jan", "Kündin": "Kündin", "50%": "50%",
		"": "''", "a b": "'a b'", "a|b": "'a|b'", "a`b": "'a`b'", "$x": "'$x'", `a"b`: `'a"b'`, "it's": `'it'\''s'`, "a;b": "'a;b'", "*": "'*'", "a\nb": "'a\nb'", "~": "'~'", `\`: `'\'`,
	} {
		got := Typed(word)
		if got != want {
			t.Errorf("%q: %s, want %s", word, got, want)
		}
		if out, err := exec.Command("sh", "-c", "printf %s "+got).Output(); err == nil && string(out) != word && word != "50%" {
			t.Errorf("%q: a shell reads %q", word, out)
		}
	}
}
