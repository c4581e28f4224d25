// Package replace writes a file beside the one that is meant and puts it into its place when it is whole, so that a reader never sees half of
// it and a failure leaves what was there.
package replace

import (
	"errors"
	"os"
	"path/filepath"
)

// File is a file under way. It is for one goroutine.
type File struct {
	file *os.File // nil when it was kept or discarded
	path string
	mode os.FileMode
}

// New begins to replace the file at a path, or to make it. A link stays a link: what it points to is replaced. A file that is there keeps its
// mode. With part the file beside is called after the one that is meant, so that the next try overwrites what a killed process left; the
// caller sees to it that only one writes it at a time. Else it has a name of its own.
func New(path string, part bool) (*File, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f := &File{path: path, mode: 0o644}
	if info, err := os.Stat(path); err == nil {
		f.mode = info.Mode().Perm()
	}
	beside := "." + filepath.Base(path) + "."
	var err error
	if part {
		f.file, err = os.OpenFile(filepath.Join(filepath.Dir(path), beside+"part"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	} else {
		f.file, err = os.CreateTemp(filepath.Dir(path), beside+"*")
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Write adds to the file.
func (f *File) Write(p []byte) (int, error) { return f.file.Write(p) }

// Keep puts the file into its place. When it cannot, what was there stays.
func (f *File) Keep() error {
	err := errors.Join(f.file.Chmod(f.mode), f.file.Sync(), f.file.Close())
	if err == nil {
		err = os.Rename(f.file.Name(), f.path)
	}
	if err != nil {
		_ = os.Remove(f.file.Name()) // the first error is the one to tell
	}
	f.file = nil
	return err
}

// Discard removes what was written, unless it was kept. A nil file is none.
func (f *File) Discard() {
	if f == nil || f.file == nil {
		return
	}
	_ = f.file.Close()
	_ = os.Remove(f.file.Name())
	f.file = nil
}
