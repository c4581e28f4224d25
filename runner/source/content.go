package source

import (
	"bytes"
	"fmt"
	"strings"
)

const utf8BOM = "\xef\xbb\xbf"

// bzip2Block follows "BZh" and a digit, which alone could begin a text.
const bzip2Block = "1AY&SY"

// signatures are the first bytes of files that are no text.
var signatures = []struct{ magic, what, hint string }{
	{"PK\x03\x04", "a zip archive (or a spreadsheet such as .xlsx)", "unpack it, or export it as CSV"},
	{"PK\x05\x06", "an empty zip archive", "export the file again"},
	{"PAR1", "Parquet", "let its name end in .parquet, or say format: parquet"},
	{"\x1f\x8b", "packed twice", "unpack it once"},
	{"\x28\xb5\x2f\xfd", "packed twice", "unpack it once"},
	{bzip2Block, "packed with bzip2", "unpack it, or pack it with gzip or zstd"},
	{"\xfd7zXZ\x00", "packed with xz", "unpack it, or pack it with gzip or zstd"},
	{"\x04\x22\x4d\x18", "packed with lz4", "unpack it, or pack it with gzip or zstd"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"},
	{"\xd0\xcf\x11\xe0", "an old Office file such as .xls", "export it as CSV"},
	{"SQLite format 3\x00", "an SQLite database", "export the table as CSV"},
	{"ARROW1\x00", "an Arrow file", "export it as CSV"},
	{"Obj\x01", "an Avro file", "export it as CSV"},
	{"%PDF-", "a PDF", "export the data as CSV"},
	{"PGDMP", "a dump of pg_dump", "restore it, or export the table as CSV"},
	{"\xff\xfe\x00\x00", "UTF-32 text", "convert it to UTF-8, such as with iconv -f UTF-32 -t UTF-8"},
	{"\xff\xfe", "UTF-16 text (little endian)", "convert it to UTF-8, such as with iconv -f UTF-16 -t UTF-8"},
	{"\xfe\xff", "UTF-16 text (big endian)", "convert it to UTF-8, such as with iconv -f UTF-16 -t UTF-8"},
}

// inspect looks at the first bytes of the text, raw as they are in the file. It refuses what is no text of the declared encoding.
func inspect(head []byte, encoding string) *damage {
	for _, s := range signatures {
		if begins(head, s.magic) {
			return &damage{line: 1, col: 1, message: "the content is not text: it is " + s.what, hint: s.hint}
		}
	}
	firstLine, _, _ := bytes.Cut(head, []byte{'\n'})
	if i := bytes.IndexByte(firstLine, 0); i >= 0 {
		if bytes.Count(firstLine, []byte{0}) >= len(firstLine)/2 {
			return &damage{line: 1, col: 1, message: "the content is UTF-16 text without a mark at its start",
				hint: "convert it to UTF-8, such as with iconv -f UTF-16LE -t UTF-8"}
		}
		return &damage{line: 1, col: 1, message: "the content is not text: there is a zero byte in the first line",
			hint: "export the data as CSV"}
	}
	if encoding != "utf-8" && bytes.HasPrefix(head, []byte(utf8BOM)) {
		return &damage{line: 1, col: 1, message: "the file starts with the mark of UTF-8, but its encoding is said to be " + encoding,
			hint: "leave out encoding"}
	}
	return nil
}

// begins tells whether a file starts with a signature. One that could begin a text has to be followed by a byte that no text has.
func begins(head []byte, magic string) bool {
	if magic == bzip2Block {
		return bytes.HasPrefix(head, []byte("BZh")) && bytes.HasPrefix(head[min(4, len(head)):], []byte(magic))
	}
	if !bytes.HasPrefix(head, []byte(magic)) {
		return false
	}
	after := head[len(magic):]
	return magic != "PAR1" && magic != "PGDMP" || len(after) == 0 || after[0] < ' ' && after[0] != '\n' && after[0] != '\r' && after[0] != '\t'
}

// legacyOf returns the upper half of a one-byte encoding, or nil for UTF-8.
func legacyOf(encoding string) (name string, upper *[128]rune, d *damage) {
	switch strings.ToLower(encoding) {
	case "", "utf-8", "utf8":
		return "utf-8", nil, nil
	case "latin1", "latin-1", "iso-8859-1":
		t := latin1()
		return "latin1", &t, nil
	case "windows-1252", "cp1252":
		t := latin1()
		copy(t[:32], windows1252[:])
		return "windows-1252", &t, nil
	}
	return "", nil, &damage{message: fmt.Sprintf("unknown encoding %q", encoding), hint: "known: utf-8, latin1, windows-1252"}
}

func latin1() (t [128]rune) {
	for i := range t {
		t[i] = rune(128 + i)
	}
	return t
}

// windows1252 holds the 32 characters in which it differs from latin1 (Unicode's table CP1252.TXT). Zero means no character.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
