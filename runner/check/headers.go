package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// Header is what the header of one file and the columns of its table disagree in: columns that have to be there and are not, fields that
// no column reads, and what else is wrong with the beginning of the file, with places in it.
type Header struct {
	File    string
	Missing []string
	Unread  []string
	Faults  diag.List
}

// mostBatches is how many batches of a table Headers looks at, the last ones of the list: years of months.
const mostBatches = 100

// Headers compares the files that are there with the columns of their tables (T304). It asks read for the headers of every listed
// partition, by its path as for MissingFiles; read gives nothing where there is no file. One fault of several files is told once. A
// warning: the spec may be ahead of the data, or CI have none.
func Headers(p *model.Project, read func(l *model.Load, path string) []Header) diag.List {
	var list diag.List
	for _, pl := range p.Pipelines {
		for _, l := range pl.Loads {
			h := headers{load: l, at: map[string]int{}}
			seen := map[string]bool{}
			partitions := partitionsOf(pl)
			for _, part := range partitions[max(0, len(partitions)-mostBatches):] {
				path, ok := sourcePath(pl, part, l)
				if !ok || seen[path] {
					continue
				}
				seen[path] = true
				for _, one := range read(l, path) {
					h.compare(one)
				}
			}
			list = append(list, h.list()...)
		}
	}
	list.Sort()
	return list
}

// partitionsOf are the listed partitions; one without values where none are declared, and none of a regular series, which has no end.
func partitionsOf(pl *model.Pipeline) []model.Partition {
	if len(pl.Partitions) == 0 && pl.Every == nil {
		return []model.Partition{{}}
	}
	return pl.Partitions
}

// headers collects what the files of one table disagree with it in.
type headers struct {
	load  *model.Load
	found []disagreement
	at    map[string]int // index in found, by what is said
}

// disagreement is one fault, and the files that have it.
type disagreement struct {
	place diag.Place
	said  string // of the first file, behind its name
	hint  string
	files []string
	own   bool // said is a sentence of its own
}

func (h *headers) add(file, said, hint string, place diag.Place, own bool) {
	key := place.String() + said
	i, ok := h.at[key]
	if !ok {
		i = len(h.found)
		h.at[key] = i
		h.found = append(h.found, disagreement{place: place, said: said, hint: hint, own: own})
	}
	h.found[i].files = append(h.found[i].files, file)
}

// compare pairs columns with the fields that were probably meant, so that a column of another spelling is one fault and not two.
func (h *headers) compare(one Header) {
	unread := slices.Clone(one.Unread)
	for _, name := range one.Missing {
		looked := h.looksFor(name)
		meant := fieldMeant(looked, unread)
		c := h.load.Table.Column(name)
		said := fmt.Sprintf("has no column %q", name)
		if !slices.Contains(looked, name) {
			said = fmt.Sprintf("has no column %s for %q", quotedOr(looked), name)
		}
		if meant == "" {
			h.add(one.File, said, "mend the name, give it with from:, or say optional: true", c.Origin, false)
			continue
		}
		unread = slices.DeleteFunc(unread, func(field string) bool { return field == meant })
		hint := fmt.Sprintf("write from: %s if that is it", yamlWord(meant))
		if loose(meant) == loose(looked[0]) {
			hint += ", or match: loose for all"
		}
		h.add(one.File, fmt.Sprintf("%s, but %q", said, meant), hint, c.Origin, false)
	}
	for _, field := range unread {
		h.add(one.File, fmt.Sprintf("has a column %q that the table does not", field), "declare it, or say unknown_columns: ignore", h.load.Source.Origin, false)
	}
	for _, d := range one.Faults {
		h.add(strings.TrimSuffix(d.Place.String(), ":1:1"), d.Message, d.Hint, h.load.Source.Origin, true)
	}
}

// looksFor are the names that a column may have in the file.
func (h *headers) looksFor(column string) []string {
	for _, r := range h.load.Reading {
		if r.Column == column && len(r.From) > 0 {
			return r.From
		}
	}
	return []string{column}
}

// fieldMeant is the field that was probably meant by one of some names, or "".
func fieldMeant(names, fields []string) string {
	for _, name := range names {
		for _, field := range fields {
			if loose(field) == loose(name) {
				return field
			}
		}
	}
	for _, name := range names {
		if near := diag.Nearest(name, fields); near != "" {
			return near
		}
	}
	return ""
}

// list is one finding for each fault.
func (h *headers) list() diag.List {
	var out diag.List
	for _, d := range h.found {
		subject := d.files[0] + " "
		if d.own {
			subject = d.files[0] + ": "
		}
		finding := byID("T304").At(d.place, subject+d.said, d.hint)
		if n := len(d.files) - 1; n > 0 {
			finding.Message += fmt.Sprintf(" (and %s)", moreFiles(n))
		}
		out.Add(finding)
	}
	return out
}

func quotedOr(names []string) string { return `"` + strings.Join(names, `" or "`) + `"` }

func moreFiles(n int) string {
	if n == 1 {
		return "1 more file"
	}
	return fmt.Sprintf("%d more files", n)
}

// yamlWord is a text as a YAML value: quoted when it is no plain word.
func yamlWord(text string) string {
	plain := text != ""
	for i, r := range text {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		plain = plain && (letter || i > 0 && ('0' <= r && r <= '9' || r == ' ' && i < len(text)-1))
	}
	if plain {
		return text
	}
	return fmt.Sprintf("%q", text)
}
