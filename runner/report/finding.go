package report

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// The formats of Findings.
const (
	FormatText    = "text"      // errors and warnings, each with the line it speaks of and a caret under the words
	FormatTextAll = "text+info" // the same, and findings that only inform
	FormatOneline = "oneline"   // one line for each error and warning, for problem matchers and grep
	FormatLineAll = "oneline+info"
	FormatJSON    = "json"  // one document with every finding
	FormatJSONL   = "jsonl" // the same findings, one document a line
	FormatJUnit   = "junit" // XML for CI: a case for each finding, and one that passes for each file without any
)

// Findings writes the findings of lint in one of the formats. Sources are the texts of the files by the names used in the places;
// a finding whose file is not among them is printed without a snippet. Files is how many files were read, for the closing line.
// Colour adds ANSI colours to the text formats. It returns the writer's error, or one that names an unknown format.
func Findings(w io.Writer, format string, list diag.List, sources map[string][]byte, files int, colour bool) error {
	var out bytes.Buffer
	switch format {
	case FormatText, FormatTextAll, "":
		writeText(&out, shown(list, format == FormatTextAll), sources, files, palette(colour))
	case FormatOneline, FormatLineAll:
		writeOneline(&out, shown(list, format == FormatLineAll))
	case FormatJSON:
		if err := writeJSON(&out, list, files); err != nil {
			return err
		}
	case FormatJSONL:
		if err := writeJSONL(&out, list); err != nil {
			return err
		}
	case FormatJUnit:
		if err := writeJUnit(&out, 0, findingsJUnit(list, slices.Sorted(maps.Keys(sources)))); err != nil {
			return err
		}
	default:
		return fmt.Errorf("unknown format %q: use text, oneline, json, jsonl or junit", format)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// shown leaves out what only informs, unless it is asked for: a clean project should print one line.
func shown(list diag.List, info bool) diag.List {
	var out diag.List
	for _, d := range list {
		if info || d.Severity != diag.Info {
			out = append(out, d)
		}
	}
	return out
}

func writeText(out *bytes.Buffer, list diag.List, sources map[string][]byte, files int, p paint) {
	lines := splitter{sources: sources, split: map[string][]string{}}
	for _, d := range list {
		writeOne(out, d, &lines, p)
	}
	if len(list) > 0 {
		out.WriteString("\n")
	}
	out.WriteString(summary(list, files) + "\n")
}

func writeOne(out *bytes.Buffer, d diag.Diagnostic, lines *splitter, p paint) {
	out.WriteString(headline(d, p) + "\n")
	gutter := 2
	if line, ok := lines.line(d.File, d.Line); ok {
		s := cut(lines.laidOut(line), d.Place)
		number := strconv.Itoa(d.Line)
		gutter = len(number)
		blank := strings.Repeat(" ", gutter)
		out.WriteString(p.dim(blank+" |") + "\n")
		out.WriteString(p.dim(number+" |") + prefixed(s.text) + "\n")
		out.WriteString(p.dim(blank+" |") + prefixed(p.severity(d.Severity, s.carets)) + "\n")
	}
	indent := strings.Repeat(" ", gutter+1) + p.dim("=") + " "
	if d.Hint != "" {
		out.WriteString(indent + p.bold("hint:") + " " + clean(d.Hint) + "\n")
	}
	for _, r := range d.Related {
		at := r.Place.String()
		if at != "" {
			at += ": "
		}
		out.WriteString(indent + p.bold("see:") + " " + clean(at+r.Message) + "\n")
	}
}

// headline is the first line of a finding, file:line:col: severity[ID name]: message. It is also what the problem matcher reads.
func headline(d diag.Diagnostic, p paint) string {
	word := d.Severity.String()
	if id := strings.TrimSpace(d.ID + " " + d.Name); id != "" {
		word += "[" + id + "]"
	}
	head := p.severity(d.Severity, word) + p.bold(":") + " " + p.bold(clean(d.Message))
	if at := d.Place.String(); at != "" {
		head = p.bold(clean(at)+":") + " " + head
	}
	return head
}

func writeOneline(out *bytes.Buffer, list diag.List) {
	for _, d := range list {
		out.WriteString(headline(d, palette(false)) + "\n")
	}
}

// summary is the closing line.
func summary(list diag.List, files int) string {
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		if n := list.Count(s); n > 0 {
			parts = append(parts, counted(n, s.String()))
		}
	}
	if len(parts) == 0 {
		return counted(files, "file") + ", no faults"
	}
	return strings.Join(parts, ", ") + " in " + counted(files, "file")
}

func counted(n int, word string) string {
	switch {
	case n == 1:
		return "1 " + word
	case word == diag.Info.String():
		return strconv.Itoa(n) + " infos"
	}
	return strconv.Itoa(n) + " " + word + "s"
}

// prefixed puts a blank before a text that is not empty, so that no line ends in one.
func prefixed(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// splitter splits each source into lines once.
type splitter struct {
	sources map[string][]byte
	split   map[string][]string

	last  string // the line that was laid out last, and how: a long one may have thousands of findings, which come one after the other
	cells []cell
}

// laidOut prepares a line for printing.
func (s *splitter) laidOut(line string) []cell {
	if s.cells == nil || line != s.last {
		s.last, s.cells = line, layout(line)
	}
	return s.cells
}

// line returns line n (from 1) of a file, without its line end.
func (s *splitter) line(file string, n int) (string, bool) {
	source, ok := s.sources[file]
	if !ok || n < 1 {
		return "", false
	}
	lines, ok := s.split[file]
	if !ok {
		text := strings.TrimPrefix(string(source), "\ufeff")
		text = strings.ReplaceAll(text, "\r\n", "\n")
		lines = strings.Split(text, "\n")
		s.split[file] = lines
	}
	if n > len(lines) {
		return "", false
	}
	return lines[n-1], true
}
