package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

// escapes holds the letter that COPY's text format writes after a backslash for a byte, and zeroByte for the byte that Postgres's text
// cannot hold. All others stand for themselves (Postgres's documentation of COPY, "Text Format").
var escapes = [256]byte{'\\': '\\', '\n': 'n', '\r': 'r', '\t': 't', 0: zeroByte}

const zeroByte = 0xff

// appendEscaped appends text without zero bytes as COPY writes it.
func appendEscaped(dst, text []byte) []byte {
	for {
		i := 0
		for i < len(text) && escapes[text[i]] == 0 {
			i++
		}
		dst = append(dst, text[:i]...)
		if i == len(text) {
			return dst
		}
		dst = append(dst, '\\', escapes[text[i]])
		text = text[i+1:]
	}
}

// texts reads text, and escapes it in the same pass.
func texts(t model.Type) converter {
	return func(dst, cell []byte) ([]byte, *bad) {
		if t.Length > 0 && len(cell) > t.Length {
			if b := fits(t, cell); b != nil {
				return dst, b
			}
		}
		for i, b := range cell {
			if escapes[b] != 0 {
				if bytes.IndexByte(cell[i:], 0) >= 0 {
					return dst, holdsZero()
				}
				return appendEscaped(append(dst, cell[:i]...), cell[i:]), nil
			}
		}
		return append(dst, cell...), nil
	}
}

// plainTexts reads text for use inside of another value, which is escaped as a whole.
func plainTexts(t model.Type) converter {
	return func(dst, cell []byte) ([]byte, *bad) {
		if b := fits(t, cell); b != nil {
			return dst, b
		}
		if bytes.IndexByte(cell, 0) >= 0 {
			return dst, holdsZero()
		}
		return append(dst, cell...), nil
	}
}

func holdsZero() *bad {
	return &bad{reason: "holds a zero byte, which Postgres cannot store in text"}
}

// fits checks the length in characters. Blanks at the end of a padded text do not count.
func fits(t model.Type, cell []byte) *bad {
	if t.Length == 0 {
		return nil
	}
	if t.Padded {
		cell = bytes.TrimRight(cell, " ")
	}
	if n := utf8.RuneCount(cell); n > t.Length {
		return &bad{reason: fmt.Sprintf("has %d characters, %s holds %d", n, t.Name, t.Length)}
	}
	return nil
}

// booleans reads the usual words for true and false in any case, or those of the column.
func booleans(rd model.Reading) converter {
	if rd.TrueValues == nil && rd.FalseValues == nil {
		return func(dst, cell []byte) ([]byte, *bad) {
			switch usualBoolean(cell) {
			case 't':
				return append(dst, 't'), nil
			case 'f':
				return append(dst, 'f'), nil
			}
			return dst, notBoolean(cell, "true t yes y 1", "false f no n 0")
		}
	}
	yes, no := rd.TrueValues, rd.FalseValues
	if yes == nil {
		yes = []string{"true", "t", "yes", "y", "1"}
	}
	if no == nil {
		no = []string{"false", "f", "no", "n", "0"}
	}
	return func(dst, cell []byte) ([]byte, *bad) {
		for _, w := range yes {
			if strings.EqualFold(string(cell), w) {
				return append(dst, 't'), nil
			}
		}
		for _, w := range no {
			if strings.EqualFold(string(cell), w) {
				return append(dst, 'f'), nil
			}
		}
		return dst, notBoolean(cell, strings.Join(yes, " "), strings.Join(no, " "))
	}
}

func notBoolean(cell []byte, yes, no string) *bad {
	b := &bad{reason: "is not a boolean", hint: "known: " + yes + " / " + no + "; others go into true_values and false_values"}
	if len(bytes.TrimSpace(cell)) < len(cell) {
		b.hint = "remove the blanks around it"
	}
	if len(cell) == 0 {
		b.hint = "a quoted empty field is not NULL, and an empty one only if null_values has it"
	}
	return b
}

// usualBoolean returns 't', 'f', or 0.
func usualBoolean(cell []byte) byte {
	switch len(cell) {
	case 1:
		switch cell[0] {
		case 't', 'T', 'y', 'Y', '1':
			return 't'
		case 'f', 'F', 'n', 'N', '0':
			return 'f'
		}
	case 2:
		if cell[0]|0x20 == 'n' && cell[1]|0x20 == 'o' {
			return 'f'
		}
	case 3:
		if cell[0]|0x20 == 'y' && cell[1]|0x20 == 'e' && cell[2]|0x20 == 's' {
			return 't'
		}
	case 4:
		if cell[0]|0x20 == 't' && cell[1]|0x20 == 'r' && cell[2]|0x20 == 'u' && cell[3]|0x20 == 'e' {
			return 't'
		}
	case 5:
		if cell[0]|0x20 == 'f' && cell[1]|0x20 == 'a' && cell[2]|0x20 == 'l' && cell[3]|0x20 == 's' && cell[4]|0x20 == 'e' {
			return 'f'
		}
	}
	return 0
}
