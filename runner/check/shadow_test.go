package check

import "testing"

func TestBareName(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"day > 3", 0}, {"n > day", 4}, {"holiday > days", -1}, {`$env["day"] > 3`, -1}, {`t == 'day' and day > 1`, 15}, {"params.day > 1", -1}, {"day(d) > 1", -1},
		{`t == "\"day" and day > 1`, 17}, {"tag.day > 1", -1}, {"tär > day", 6}, {"", -1}, {"`day`", -1},
	} {
		if got := bareName([]rune(c.text), "day"); got != c.want {
			t.Errorf("%s: got %d, want %d", c.text, got, c.want)
		}
	}
}
