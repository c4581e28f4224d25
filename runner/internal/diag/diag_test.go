package diag

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	columns := []string{"user_id", "signup_date", "plan", "id", "Region"}
	for word, want := range map[string]string{
		"user_ids": "user_id", "usre_id": "user_id", "sigup_date": "signup_date", "region": "Region", "pln": "plan", "di": "id",
		"zzz": "", "": "", "plan": "", "x": "", "signup": "",
	} {
		if got := Nearest(word, columns); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := DidYouMean("pln", columns); got != `did you mean "plan"?` {
		t.Errorf("got %s", got)
	}
	if got := DidYouMean("zzz", columns); got != "" {
		t.Errorf("got %s", got)
	}
}

// The answer does not depend on the order of the candidates.
func TestNearestIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[abc]{1,4}`)).Draw(t, "words")
		word := rapid.StringMatching(`[abc]{1,4}`).Draw(t, "word")
		want := Nearest(word, words)
		slices.Reverse(words)
		if got := Nearest(word, words); got != want {
			t.Fatalf("%q, then %q", want, got)
		}
	})
}

// The distance is symmetric, zero only between equals, and never more than the longer word.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[aé日]{0,5}`).Draw(t, "a"), rapid.StringMatching(`[aé日]{0,5}`).Draw(t, "b")
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(len([]rune(a)), len([]rune(b))) {
			t.Fatalf("distance(%q, %q) = %d", a, b, d)
		}
	})
}

func TestSort(t *testing.T) {
	at := func(file string, line, col int, id, message string) Diagnostic {
		return Diagnostic{Place: Place{File: file, Line: line, Col: col}, ID: id, Message: message}
	}
	l := List{at("b", 1, 1, "", "m"), at("a", 10, 1, "", "m"), at("a", 9, 2, "Y2", "m"), at("a", 9, 2, "Y1", "z"), at("a", 9, 2, "Y1", "m"), at("a", 9, 2, "Y1", "z")}
	l.Sort()
	var got []string
	for _, d := range l {
		got = append(got, d.Place.String()+d.ID+d.Message)
	}
	if want := []string{"a:9:2Y1m", "a:9:2Y1z", "a:9:2Y2m", "a:10:1m", "b:1:1m"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestText(t *testing.T) {
	d := Diagnostic{Place: Place{File: "f.csv", Line: 3}, Severity: Warning, Message: "it is wrong", Hint: "mend it"}
	if got := d.Error(); got != "f.csv:3: it is wrong (mend it)" {
		t.Errorf("got %s", got)
	}
	for p, want := range map[Place]string{{}: "", {File: "f"}: "f", {File: "f", Line: 2, Col: 3}: "f:2:3"} {
		if p.String() != want {
			t.Errorf("got %s, want %s", p, want)
		}
	}
	text, err := json.Marshal(d)
	var back Diagnostic
	if err == nil {
		err = json.Unmarshal(text, &back)
	}
	if err != nil || back.Severity != Warning || back.Error() != d.Error() {
		t.Errorf("%s came back as %+v (%v)", text, back, err)
	}
	l := List{d}
	if l.HasErrors() || l.Count(Warning) != 1 {
		t.Error("a warning is no error")
	}
	if l.Add(Diagnostic{}); !l.HasErrors() {
		t.Error("an error is one")
	}
}

// TestNearestOfShortNames: of a name that has no letter in common with another nobody meant that.
func TestNearestOfShortNames(t *testing.T) {
	for _, c := range []struct{ word, want string }{{"b", ""}, {"nn", "n"}, {"N", "n"}} {
		if got := Nearest(c.word, []string{"n", "ok", "f"}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.word, got, c.want)
		}
	}
}

func TestOnly(t *testing.T) {
	for _, c := range []struct {
		word  string
		names []string
		want  string
	}{
		{"fees", []string{"fee", "id"}, "fee"}, {"fees", []string{"fee", "fee"}, "fee"}, {"fees", []string{"fee", "feed"}, ""},
		{"zzzz", []string{"fee", "id"}, ""}, {"fee", []string{"fee"}, ""}, {"fee", nil, ""},
		{"payments_90d_monthly", []string{"payment_90d_montly", "usage_30d_monthly"}, "payment_90d_montly"}, {"usage_30d", []string{"usage_90d"}, ""},
		{"payments_monthly", []string{"shipments_monthly"}, ""}, {"USER_id", []string{"user_id"}, "user_id"}, {"b", []string{"c"}, ""},
	} {
		if got := Only(c.word, c.names); got != c.want {
			t.Errorf("Only(%q, %q) = %q, want %q", c.word, c.names, got, c.want)
		}
	}
}
