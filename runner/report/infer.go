package report

import (
	"io"
	"strconv"
	"strings"
)

// Inferred is what runner infer proposes.
type Inferred struct {
	Written bool            `json:"written"` // the files are there now
	Files   []InferredFile  `json:"files"`
	Tables  []InferredTable `json:"tables"`
	Choices []string        `json:"choices"` // what is left for the user; lint refuses until it is done
	Notes   []string        `json:"notes"`
	Next    string          `json:"next"`
}

// InferredFile is a proposed file, by its path in the project.
type InferredFile struct {
	Path string `json:"path"`
	Text string `json:"text"`
}

// InferredTable is one table in short.
type InferredTable struct {
	Name       string   `json:"name"`
	Pipeline   string   `json:"pipeline"`
	Rows       int64    `json:"rows"` // of all months
	Columns    int      `json:"columns"`
	Key        []string `json:"key"`        // empty for a table that is only appended to
	References []string `json:"references"` // such as "client_id -> clients"
	Rules      int      `json:"rules"`
	Snapshot   string   `json:"snapshot"` // empty when there is none
}

// InferJSON writes one document.
func InferJSON(w io.Writer, r *Inferred) error {
	out := *r
	out.Notes, out.Choices = list(r.Notes), list(r.Choices)
	return encode(w, out)
}

// InferText writes the summary; the files themselves before it when they were not written.
func InferText(w io.Writer, r *Inferred, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	if !r.Written {
		for _, f := range r.Files {
			o.line("%s", o.p.dim("--- "+f.Path))
			for line := range strings.Lines(f.Text) {
				o.line("%s", strings.TrimSuffix(line, "\n"))
			}
			o.line("")
		}
	}
	rows := make([][]string, len(r.Tables))
	for i, t := range r.Tables {
		key := strings.Join(t.Key, ", ")
		if key == "" {
			key = o.p.yellow("none: append")
		}
		rows[i] = []string{t.Name, thousands(t.Rows), strconv.Itoa(t.Columns), key, strings.Join(t.References, "; "), strconv.Itoa(t.Rules)}
	}
	o.grid([]head{{"TABLE", false}, {"ROWS", true}, {"COLUMNS", true}, {"KEY", false}, {"REFERENCES", false}, {"RULES", true}}, rows)
	o.line("")
	if r.Written {
		for _, f := range r.Files {
			o.line("wrote  %s", f.Path)
		}
	}
	o.notes(r.Notes)
	for _, c := range r.Choices {
		o.line("%s %s", o.p.yellow("choose"), c)
	}
	if opts.Terminal && r.Next != "" {
		o.line("")
		o.next(r.Next)
	}
	return o.err
}
