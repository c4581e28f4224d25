package report

import "testing"

func TestVisible(t *testing.T) {
	for text, want := range map[string]string{"": "", "a b": "a b", "日本 é 🎉": "日本 é 🎉", "a\x1b[31mb": `a\x1b[31mb`, "a\r\nb\tc": `a\r\nb\tc`,
		"x\u202eabc": `x\u202eabc`, "\u200b": `\u200b`, `it's "q" \n`: `it's "q" \n`} {
		if got := Visible(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
