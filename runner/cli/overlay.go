package cli

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// overlay is a file system in which some files have another text, or are there although nobody wrote them. Folders list what is below.
type overlay struct {
	below fs.FS
	texts map[string][]byte
}

// Open opens a file or a folder.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.texts[name]; ok {
		return &memoryFile{bytes.NewReader(text), path.Base(name)}, nil
	}
	return o.below.Open(name)
}

// memoryFile is an open file whose text is in memory; it is its own fs.FileInfo.
type memoryFile struct {
	*bytes.Reader
	name string
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Name() string               { return f.name }
func (f *memoryFile) Mode() fs.FileMode          { return 0o444 }
func (f *memoryFile) ModTime() time.Time         { return time.Time{} }
func (f *memoryFile) IsDir() bool                { return false }
func (f *memoryFile) Sys() any                   { return nil }
