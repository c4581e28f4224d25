package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// bare makes a Str of a scalar node without judging it.
func (w *walker) bare(n *node) Str {
	s := locate(w.file, n)
	return Str{Value: n.value, Set: true, Quoted: n.style != plain, Place: s.place(n.value), text: s}
}

// scalar returns the scalar behind a node, or reports why it is none.
func (w *walker) scalar(n *node, f Field) (Str, *node, bool) {
	r := resolve(n)
	switch {
	case r == nil: // an alias that was cut off, and reported
		return Str{}, nil, false
	case isNull(r):
		w.report("Y105", w.file.span(r.line, r.col, max(len(r.value), 1)), fmt.Sprintf("%q has no value", f.Name), `give it one, or leave the key out; the empty text is written ""`)
		return Str{}, nil, false
	case r.kind != scalarNode:
		hint := ""
		if r.flow && f.Shape != Boolean && f.Shape != Integer && f.Shape != Number {
			hint = "quote it if it is text that begins with a bracket"
		}
		w.report("Y105", w.placeOf(r), fmt.Sprintf("%q must be %s, got %s", f.Name, f.Shape, describe(r)), hint)
		return Str{}, nil, false
	}
	s := w.bare(r)
	if f.Shape == Expression {
		return s, r, !w.ruleCut(s, r)
	}
	if r.tagged && strings.HasPrefix(r.tag, "!") && !strings.HasPrefix(r.tag, "!!") || r.tag == "!!binary" {
		w.report("Y105", w.file.span(r.line, r.col, 1), fmt.Sprintf("the tag %s means nothing here", r.tag), "quote the text if it begins with !")
		return Str{}, nil, false
	}
	return s, r, true
}

// str reads a text of any textual shape.
func (w *walker) str(n *node, f Field) Str {
	s, r, ok := w.scalar(n, f)
	if !ok {
		return Str{}
	}
	switch f.Shape {
	case Text:
		w.noTemplate(s, quoted(f.Name))
		if len(f.Values) == 0 {
			w.ambiguous(s, r)
		}
	case Expression:
		w.noTemplate(s, "an expression")
	}
	if len(f.Values) > 0 && !w.oneOf(s, f) {
		return Str{}
	}
	return s
}

// paramWords are the words of parameters for types that are called otherwise in Postgres, where the types of columns come from.
var paramWords = map[string]string{"text": "string", "varchar": "string", "uuid": "string", "smallint": "integer", "bigint": "integer", "numeric": "number",
	"decimal": "number", "real": "number", "float": "number", "double": "number", "double precision": "number"}

func (w *walker) oneOf(s Str, f Field) bool {
	if slices.Contains(f.Values, s.Value) {
		return true
	}
	hint := diag.DidYouMean(s.Value, f.Values)
	for _, v := range f.Values {
		if s.Value != "" && hint == "" && (strings.HasPrefix(strings.ToLower(s.Value), v) || strings.HasPrefix(v, strings.ToLower(s.Value))) {
			hint = fmt.Sprintf("did you mean %q?", v)
		}
	}
	if word := paramWords[strings.ToLower(s.Value)]; hint == "" && slices.Contains(f.Values, word) {
		hint = fmt.Sprintf("write %s", word)
	}
	w.report("Y105", s.Place, fmt.Sprintf("%q must be %s, got %s", f.Name, orList(f.Values), shorten(s.Value)), hint)
	w.write(s, diag.Only(s.Value, f.Values))
	return false
}

func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// strs reads one text or a list.
func (w *walker) strs(n *node, f Field) StrList {
	r := resolve(n)
	if r == nil || r.kind != sequenceNode {
		s := w.str(n, f)
		if !s.Set {
			return StrList{}
		}
		return StrList{Items: []Str{s}, Set: true, Place: s.Place}
	}
	out := StrList{Set: true, Place: w.placeOf(r), Items: make([]Str, 0, len(r.children))}
	for _, c := range r.children {
		if s := w.str(c, f); s.Set {
			out.Items = append(out.Items, s)
			out.Place.EndLine, out.Place.EndCol = s.Place.EndLine, s.Place.EndCol
		}
	}
	if after(out.Place) {
		out.Place = w.placeOf(r)
	}
	return out
}

// after tells whether a place ends before it begins, which happens when the last item of a list is an alias.
func after(p diag.Place) bool {
	return p.EndLine < p.Line || p.EndLine == p.Line && p.EndCol <= p.Col
}

func (w *walker) boolean(n *node, f Field) Bool {
	s, r, ok := w.scalar(n, f)
	if !ok {
		return Bool{}
	}
	if r.tag == "!!bool" {
		return Bool{Value: strings.EqualFold(r.value, "true"), Set: true, Place: s.Place}
	}
	hint, meant := "", ""
	switch strings.ToLower(r.value) {
	case "yes", "on", "y", "1", "true":
		meant = "true"
	case "no", "off", "n", "0", "false":
		meant = "false"
	}
	if meant != "" {
		hint = "write " + meant
	}
	w.report("Y105", s.Place, fmt.Sprintf("%q must be true or false, got %s", f.Name, describe(r)), hint)
	if meant != "" && !r.tagged {
		w.mend(&diag.Fix{Place: s.Place, Text: meant}) // without the quotes around it
	}
	return Bool{}
}

func (w *walker) integer(n *node, f Field) Int {
	s, r, ok := w.scalar(n, f)
	if !ok {
		return Int{}
	}
	w.ambiguousNumber(s, r)
	v, err := goInt(r.value)
	if r.tag != "!!int" || err != nil {
		digits := strings.TrimSpace(r.value)
		_, other := strconv.ParseInt(digits, 10, 64)
		hint := "write a whole number such as 100"
		if other == nil {
			hint = "write " + digits + " without quotes"
		}
		w.report("Y105", s.Place, fmt.Sprintf("%q must be an integer, got %s", f.Name, describe(r)), hint)
		if other == nil && !r.tagged {
			w.mend(&diag.Fix{Place: s.Place, Text: digits})
		}
		return Int{}
	}
	return Int{Value: v, Set: true, Place: s.Place}
}

func (w *walker) number(n *node, f Field) Float {
	s, r, ok := w.scalar(n, f)
	if !ok {
		return Float{}
	}
	if slices.Contains(f.Values, s.Value) {
		return Float{Word: s.Value, Set: true, Place: s.Place}
	}
	v, err := strconv.ParseFloat(r.value, 64)
	if r.tag != "!!int" && r.tag != "!!float" || err != nil || v != v || v-v != 0 {
		want := "a number"
		if len(f.Values) > 0 {
			want += " or " + orList(f.Values)
		}
		hint := ""
		share, isPercent := percent(r.value)
		if isPercent {
			hint = "write " + share
		}
		w.report("Y105", s.Place, fmt.Sprintf("%q must be %s, got %s", f.Name, want, describe(r)), hint)
		if isPercent && !s.Quoted {
			w.write(s, share)
		}
		return Float{}
	}
	return Float{Value: v, Text: r.value, Set: true, Place: s.Place}
}

// percent turns 99% into 0.99.
func percent(text string) (string, bool) {
	digits, ok := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	return strconv.FormatFloat(v/100, 'g', 10, 64), ok && err == nil
}

var (
	oddNumber = regexp.MustCompile(`^[-+]?(0[0-7]+|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9]+_[0-9_]*)$`)
	octal     = regexp.MustCompile(`^0[0-7]+$`)
	oddFloat  = regexp.MustCompile(`^[-+]?(\d[\d_]*\.\d*0|\d[\d_]*\.|[\d_.]+[eE][-+]?\d+|\.(inf|Inf|INF|nan|NaN|NAN))$`)
	oddTime   = regexp.MustCompile(`^[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?$`) // to base 60, in YAML 1.1
	oddWord   = regexp.MustCompile(`^(?i:yes|no|on|off|true|false)$`)
)

// goInt reads an integer as YAML does: 014 and 0o14 are octal, _ means nothing.
func goInt(text string) (int64, error) {
	return strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
}

// ambiguous warns of an unquoted text that YAML, or another reader of it, takes for something else. In quotes it is what it is here.
func (w *walker) ambiguous(s Str, n *node) {
	if inQuotes, ok := w.warnAmbiguous(s, n); ok {
		w.mend(&diag.Fix{Place: s.Place, Text: inQuotes})
	}
}

// ambiguousNumber is ambiguous where a number is wanted: what was meant by it is for its author to say.
func (w *walker) ambiguousNumber(s Str, n *node) {
	if n.style != plain || n.tagged || n.tag != "!!int" || !oddNumber.MatchString(n.value) {
		return
	}
	i, err := goInt(n.value)
	if err != nil {
		return // it is reported as no number
	}
	hint := fmt.Sprintf("write %d", i)
	if digits := strings.TrimLeft(n.value, "0"); octal.MatchString(n.value) && digits != "" {
		hint += ", or " + digits + " if that was meant"
	}
	w.report("Y106", s.Place, fmt.Sprintf("%s is %d in YAML", n.value, i), hint)
}

// warnAmbiguous returns the text in quotes when it warned.
func (w *walker) warnAmbiguous(s Str, n *node) (inQuotes string, warned bool) {
	if n.style != plain || n.tagged {
		return "", false
	}
	v := n.value
	inQuotes = strconv.Quote(v)
	switch {
	case n.tag == "!!int" && oddNumber.MatchString(v):
		meaning := "another number"
		if i, err := goInt(v); err == nil {
			meaning = strconv.FormatInt(i, 10)
		}
		w.report("Y106", s.Place, fmt.Sprintf("%s is %s in YAML", v, meaning), fmt.Sprintf("write %s or %s", inQuotes, meaning))
	case n.tag == "!!float" && oddFloat.MatchString(v):
		w.report("Y106", s.Place, v+" is a number in YAML, and its digits may be lost", "write "+inQuotes)
	case oddWord.MatchString(v) && n.tag != "!!int":
		w.report("Y106", s.Place, v+" is a truth value to many readers of YAML, and text is expected here", "write "+inQuotes)
	case oddTime.MatchString(v):
		w.report("Y106", s.Place, v+" is a number to base 60 to many readers of YAML, and text is expected here", "write "+inQuotes)
	case n.tag == "!!timestamp":
		w.report("Y106", s.Place, v+" is a date in YAML, and text is expected here", "write "+inQuotes)
	default:
		return "", false
	}
	return inQuotes, true
}
