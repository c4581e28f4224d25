package fix

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamflow/runner/internal/diag"
)

func change1(line, col, endCol int, text string) diag.Fix {
	return diag.Fix{Place: diag.Place{Line: line, Col: col, EndLine: line, EndCol: endCol}, Text: text}
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name, text string
		fixes      []diag.Fix
		want       string
		applied    int
	}{
		{"nothing", "a\n", nil, "a\n", 0},
		{"line ends, mark and the missing last one stay", "\ufeffab\r\ncd\ne", []diag.Fix{change1(1, 1, 3, "x"), change1(2, 2, 3, ""), change1(3, 1, 2, "yy")}, "\ufeffx\r\nc\nyy", 3},
		{"characters, not bytes", "é世: größe\n", []diag.Fix{change1(1, 5, 10, "size")}, "é世: size\n", 1},
		{"the first of two wins", "abcd", []diag.Fix{change1(1, 2, 4, "X"), change1(1, 1, 3, "Y"), change1(1, 4, 5, "Z")}, "aXZ", 2},
		{"in any order", "abcd", []diag.Fix{change1(1, 4, 5, "Z"), change1(1, 1, 2, "Y")}, "YbcZ", 2},
		{"something put in", "ab", []diag.Fix{change1(1, 2, 2, "-"), change1(1, 3, 3, "!")}, "a-b!", 2},
		{"put in twice at one place", "ab", []diag.Fix{change1(1, 2, 2, "-"), change1(1, 2, 2, "+")}, "a-b", 1},
		{"outside", "ab\r\n", []diag.Fix{change1(1, 2, 9, "x"), change1(9, 1, 1, "x"), change1(0, 0, 0, "x"), change1(1, 4, 4, "x"), change1(1, 3, 1, "x")}, "ab\r\n", 0},
		{"several lines", "ab\ncd\n", []diag.Fix{{Place: diag.Place{Line: 1, Col: 2, EndLine: 2, EndCol: 2}, Text: "-"}}, "a-d\n", 1},
	} {
		got, applied := Apply([]byte(c.text), c.fixes)
		if string(got) != c.want || len(applied) != c.applied {
			t.Errorf("%s: got %q with %d fixes, want %q with %d", c.name, got, len(applied), c.want, c.applied)
		}
	}
	if got := Old([]byte("\ufeffab\r\n"), change1(1, 2, 3, "")); got != "b" {
		t.Errorf("old text %q", got)
	}
	if got := Old([]byte("ab"), change1(2, 2, 3, "")); got != "" {
		t.Errorf("old text outside: %q", got)
	}
}

// TestDiff holds that the program patch makes the second text of the first, whatever they are.
func TestDiff(t *testing.T) {
	if got := Diff("f", []byte("a\n"), []byte("a\n")); got != "" {
		t.Errorf("a diff of nothing: %q", got)
	}
	want := "diff a/f b/f\n--- a/f\n+++ b/f\n@@ -1,6 +1,6 @@\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n@@ -10,4 +10,4 @@\n 10\n 11\n 12\n-end\n\\ No newline at end of file\n+END\n\\ No newline at end of file\n"
	if got := Diff("f", []byte("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\nend"), []byte("1\n2\nx\n4\n5\n6\n7\n8\n9\n10\n11\n12\nEND")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	dir := t.TempDir()
	text := rapid.StringMatching(`([ab]?\r?\n){0,20}[ab]?`)
	rapid.Check(t, func(t *rapid.T) {
		before, after := text.Draw(t, "before"), text.Draw(t, "after")
		if rapid.Bool().Draw(t, "same length") {
			after = strings.Replace(before, "a", "b", rapid.IntRange(0, 3).Draw(t, "replaced"))
		}
		diff := Diff("f", []byte(before), []byte(after))
		if diff == "" {
			if before != after {
				t.Fatal("no diff of different texts")
			}
			return
		}
		file := filepath.Join(dir, "f")
		if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("git", "apply", "--whitespace=nowarn", "-")
		c.Dir, c.Stdin = dir, strings.NewReader(diff)
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s\n%s", err, out, diff)
		}
		if got, err := os.ReadFile(file); err != nil && after != "" || string(got) != after {
			t.Fatalf("%q became %q, want %q, by\n%s", before, got, after, diff)
		}
	})
}
