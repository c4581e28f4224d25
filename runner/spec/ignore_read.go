package spec

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

var (
	ignoreForm = regexp.MustCompile(`^#+[ \t]*runner:(ignore(?:-file|-until)?)(?:[ \t]+|$)`)
	dateForm   = regexp.MustCompile(`^[^ \t,]*\d[^ \t,]*-\d[^ \t,]*`)
	reasonForm = regexp.MustCompile(`(?:^|[ \t])(?:--|—)(?:[ \t]+|$)`)
	checkForm  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*`)
)

const ignoreHint = `write "# runner:ignore ID -- reason", with several ids separated by commas`

// ignore reads a comment, or returns nil where it says nothing that can be followed. report tells whether to say what is wrong with it.
func (w *walker) ignore(d *directive, report bool) *Ignore {
	complain := func(from, n int, message, hint string) {
		if report {
			at := w.file.span(d.line, d.col+utf8.RuneCountInString(d.text[:from]), utf8.RuneCountInString(d.text[from:from+n]))
			w.report("Y112", at, message, hint)
		}
	}
	out := &Ignore{Place: w.file.span(d.line, d.col, utf8.RuneCountInString(d.text))}
	form := ignoreForm.FindStringSubmatch(d.text)
	if form == nil {
		complain(0, len(d.text), "a comment that speaks to runner and is not understood", meantIgnore(d.text))
		return nil
	}
	at := len(form[0])
	end := len(d.text)
	if dash := reasonForm.FindStringIndex(d.text[at:]); dash != nil {
		out.Reason, end = strings.TrimSpace(d.text[at+dash[1]:]), at+dash[0]
	}
	switch form[1] {
	case "ignore-file":
		out.From, out.To = 0, allLines
	case "ignore-until":
		date := dateForm.FindString(d.text[at:end])
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			word, _, _ := strings.Cut(d.text[at:end], " ")
			if word == "" {
				at = 0
				word = d.text
			}
			message := "runner:ignore-until needs a day first"
			if date != "" {
				message = word + " is no day as YYYY-MM-DD"
			}
			complain(at, len(word), message, `write "# runner:ignore-until 2026-01-31 ID -- reason"`)
			return nil
		}
		out.Until = Str{Value: date, Set: true, Place: w.file.span(d.line, d.col+utf8.RuneCountInString(d.text[:at]), len(date))}
		at += len(date)
	}
	w.ignored(out, d, at, end, complain)
	if len(out.Checks) == 0 {
		complain(0, len(d.text), "this comment names no check to ignore", ignoreHint)
		return nil
	}
	return out
}

// ignored reads the names of checks between two bytes of a comment.
func (w *walker) ignored(out *Ignore, d *directive, at, end int, complain func(from, n int, message, hint string)) {
	for at < end {
		part, _, _ := strings.Cut(d.text[at:end], ",")
		next := at + len(part) + 1
		text := strings.TrimLeft(part, " \t")
		at += len(part) - len(text)
		text = strings.TrimRight(text, " \t")
		name := checkForm.FindString(text)
		if name == "" {
			if text != "" || next <= end {
				complain(min(at, len(d.text)-1), max(len(text), 1), "a name of a check is expected here", ignoreHint)
			}
		} else {
			out.Checks = append(out.Checks, Str{Value: name, Set: true, Place: w.file.span(d.line, d.col+utf8.RuneCountInString(d.text[:at]), len(name))})
		}
		if behind := strings.TrimSpace(text[len(name):]); name != "" && behind != "" {
			complain(at+len(text)-len(behind), len(behind), fmt.Sprintf("there is text behind %s", name), `separate ids with commas, and write a reason behind " -- "`)
		}
		at = next
	}
}

// meantIgnore guesses what a malformed comment was to say.
func meantIgnore(text string) string {
	m := spoken.FindStringSubmatch(text)
	if word := diag.Nearest(strings.ToLower(m[3]), ignoreWords); word != "" && m[2] == "runner" {
		return fmt.Sprintf("did you mean runner:%s?", word)
	}
	return ignoreHint
}
