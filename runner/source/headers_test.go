package source

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestHeaders holds what is said of headers alone, for plain and packed files.
func TestHeaders(t *testing.T) {
	var rows strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 { // more than is read, also when packed
		fmt.Fprintf(&rows, "%x,%x\n", r.Int64(), r.Int64())
	}
	long := "id,name," + strings.Repeat("x", 2*headSize) + "\n"
	for name, c := range map[string]struct{ text, want string }{
		"sound":       {"id,name\n" + rows.String(), "[] [] "},
		"other":       {"ID,name,extra\n1,2,3\n", "[id] [ID extra] "},
		"optional":    {"id\n", "[name] [] "},
		"no rows":     {"id,name\n", "[] [] "},
		"twice":       {"id,name,id\n", `[] [] a.csv:1:9: column "id" is in the header twice: fields 1 and 3; rename or remove one` + "\n"},
		"delimiter":   {"id;name\n1;2\n", "[] [] a.csv:1:1: the file seems to be separated by a semicolon, not by a comma; say delimiter: \";\"\n"},
		"empty":       {"", "[] [] a.csv:1:1: the file is empty; export it again\n"},
		"no header":   {"1,2\n3,4\n", "[] [] a.csv:1:1: this line is not the header: none of its 2 fields is a column of \"things\"; expected id, name, more; if the file has no header, say header: false\n"},
		"too long":    {long, ""},
		"faulty rows": {"id,name\n1,2,3,\"\n", "[] [] "},
	} {
		for packing, pack := range map[string]func(string) string{"plain": func(s string) string { return s }, "gzip": gzipped, "zstd": zstded} {
			text := pack(c.text)
			if packing != "plain" && name == "too long" || name == "empty" && packing != "plain" {
				continue // packed it is short
			}
			req := request(t, "id text!;name text;more text?")
			counted := &counting{Reader: strings.NewReader(text)}
			req.Files = []File{{Name: "a.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(counted), nil }}}
			got := ""
			for _, h := range Headers(context.Background(), req) {
				got += fmt.Sprint(h.Missing, " ", h.Unread, " ", lines(h.Faults))
			}
			if got != c.want {
				t.Errorf("%s, %s: got %.300q, want %q", name, packing, got, c.want)
			}
			if counted.n > headSize {
				t.Errorf("%s, %s: %d bytes were read", name, packing, counted.n)
			}
		}
	}
}

// counting counts what was read of it.
type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}
