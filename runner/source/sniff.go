package source

import (
	"bytes"
	"context"
	"errors"
	"io"

	"streamflow/runner/model"
)

// sniffed is how many bytes of a file are looked at to guess its delimiter.
const sniffed = 64 << 10

// Sniff guesses the delimiter of a file from its first lines: the usual one of its format unless another character cuts all lines into
// the same number of fields. What is wrong with the file is left for Scan to tell; an error is a failure to read.
func Sniff(ctx context.Context, f File) (model.Source, error) {
	var s model.Source
	if format, d := formatOf(f.Name, s); d != nil || format.Name != csvFormat.Name {
		return s, nil
	}
	in, err := f.Open()
	if err != nil {
		return s, err
	}
	c := newCopier(ctx, Request{}, io.Discard)
	fd := newFeed(in, c.buffers, chunkSize)
	defer fd.stop(ctx)
	c.window.reset(ctx, fd, nil, nil)
	var d *damage
	if err := c.window.grow(sniffed); err != nil && !errors.As(err, &d) {
		return s, err
	}
	usual := byte(',')
	if extension(f.Name) == ".tsv" {
		usual = '\t'
	}
	if best := bestDelimiter(c.window.data(), c.window.last, usual); best != usual {
		s.Delimiter = rune(best)
	}
	return s, nil
}

// bestDelimiter prefers the usual one, then the one that cuts the most fields.
func bestDelimiter(text []byte, whole bool, usual byte) byte {
	lines := roughLines(text, whole)
	best, most := usual, fieldsOf(lines, usual)
	if most > 1 {
		return usual
	}
	for _, d := range []byte{',', ';', '\t', '|'} {
		if n := fieldsOf(lines, d); n > most {
			best, most = d, n
		}
	}
	return best
}

// roughLines cuts text into its lines, line ends in quotes aside. The last one counts only when nothing follows.
func roughLines(text []byte, whole bool) (out [][]byte) {
	text = bytes.TrimPrefix(text, []byte(utf8BOM))
	inQuotes, from := false, 0
	for i, b := range text {
		switch {
		case b == '"':
			inQuotes = !inQuotes
		case b == '\n' && !inQuotes:
			if line := bytes.TrimSuffix(text[from:i], []byte{'\r'}); len(line) > 0 {
				out = append(out, line)
			}
			from = i + 1
		}
	}
	if whole && from < len(text) {
		out = append(out, text[from:])
	}
	return out
}

// fieldsOf returns into how many fields a delimiter cuts every line, or 1 when the lines differ.
func fieldsOf(lines [][]byte, d byte) int {
	n := 1
	for i, line := range lines {
		inQuotes, fields := false, 1
		for _, b := range line {
			switch {
			case b == '"':
				inQuotes = !inQuotes
			case b == d && !inQuotes:
				fields++
			}
		}
		if i > 0 && fields != n {
			return 1
		}
		n = fields
	}
	return n
}
