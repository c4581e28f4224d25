package replace

import (
	"os"
	"path/filepath"
	"testing"
)

// A link stays a link, the mode stays, and until a file is kept there is what was there.
func TestReplace(t *testing.T) {
	for _, part := range []bool{false, true} {
		dir := t.TempDir()
		real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
		if err := os.WriteFile(real, []byte("old"), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("real", link); err != nil {
			t.Fatal(err)
		}
		write := func() *File {
			f, err := New(link, part)
			if err == nil {
				_, err = f.Write([]byte("new"))
			}
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		holds := func(want string) {
			t.Helper()
			if got, err := os.ReadFile(real); err != nil || string(got) != want {
				t.Errorf("the file holds %q (%v), want %q", got, err, want)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
				t.Errorf("beside it lies %v (%v)", entries, err)
			}
		}
		write().Discard()
		holds("old")
		f := write()
		if err := f.Keep(); err != nil {
			t.Fatal(err)
		}
		f.Discard()
		holds("new")
		if to, err := os.Readlink(link); err != nil || to != "real" {
			t.Errorf("the link is %q (%v)", to, err)
		}
		if info, err := os.Stat(real); err != nil || info.Mode().Perm() != 0o640 {
			t.Errorf("the mode is %v (%v)", info.Mode(), err)
		}
	}
}

// A file that is new can be read by others; a folder that is missing is an error.
func TestNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new")
	f, err := New(path, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Keep(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v (%v)", info, err)
	}
	if _, err := New(filepath.Join(path, "below"), false); err == nil {
		t.Error("a file has no files below it")
	}
}
