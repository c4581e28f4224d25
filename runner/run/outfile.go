package run

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"

	"streamflow/runner/internal/replace"
)

// outFile is a file that is written beside the one that is meant, and takes its place when it is whole. Its hash is computed while it is written.
// Without a path it is only hashed.
type outFile struct {
	file  *replace.File // nil without a path
	other io.Writer     // written to without a path; may be nil
	sum   hash.Hash
	bytes int64
}

// createFile begins a file, of which there is one writer at a time. The folder is made where it is missing.
func createFile(path string) (*outFile, error) {
	out := &outFile{sum: sha256.New()}
	if path == "" {
		return out, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	var err error
	out.file, err = replace.New(path, true)
	return out, err
}

// Write writes and hashes.
func (f *outFile) Write(p []byte) (int, error) {
	n := len(p)
	if f.file != nil {
		var err error
		if n, err = f.file.Write(p); err != nil {
			return n, err
		}
	}
	if f.file == nil && f.other != nil {
		var err error
		if n, err = f.other.Write(p); err != nil {
			return n, err
		}
	}
	f.sum.Write(p[:n]) // never fails
	f.bytes += int64(n)
	return n, nil
}

func (f *outFile) hash() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// keep puts the file into its place.
func (f *outFile) keep() error { return f.file.Keep() }

// discard removes what was written, unless it was kept.
func (f *outFile) discard() {
	if f != nil {
		f.file.Discard()
	}
}

// hashFile is the hash of a file's content; empty when there is none.
func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close() // nothing was written
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
