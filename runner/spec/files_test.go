package spec

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// TestOddFiles puts into the folders of a project what is no file, or leads nowhere. Each is reported, none is waited for, and the sound
// spec beside them is read.
func TestOddFiles(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "pipelines")
	for _, d := range []string{"folder.yaml", ".hidden"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"folder.yaml/inside.yml": "kind: pipeline\nname: a\n", ".hidden/x.yaml": "bad: [", "note.txt": "bad: ["} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, to := range map[string]string{"circle.yaml": "circle.yaml", "nowhere.yaml": "gone", "zero.yaml": "/dev/zero", "dir.yaml": "folder.yaml", "above": "..", "linked.yaml": "folder.yaml/inside.yml"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o644); err != nil {
		t.Fatal(err)
	}
	tree, found := Load(os.DirFS(root), nil)
	var got []string
	for _, d := range found {
		got = append(got, d.ID+" "+strings.TrimPrefix(d.File, "pipelines/"))
	}
	if want := []string{"Y109 circle.yaml", "Y109 dir.yaml", "Y109 nowhere.yaml", "Y109 pipe.yaml", "Y109 zero.yaml"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if len(tree.Pipelines) != 2 {
		t.Errorf("%d of 2 pipelines were read", len(tree.Pipelines))
	}
}

// TestOrder: what is found does not depend on the order in which files are named or listed.
func TestOrder(t *testing.T) {
	files := fstest.MapFS{}
	var names []string
	for n := range 9 {
		name := fmt.Sprintf("pipelines/p%d.yaml", n)
		files[name] = &fstest.MapFile{Data: []byte("kind: pipeline\nnmae: x\na: &b [\n")}
		names = append(names, name)
	}
	_, want := Load(files, names)
	for range 5 {
		slices.Reverse(names)
		names = append(names[3:], names[:3]...)
		if _, got := Load(files, names); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("in another order %v, before %v", got, want)
		}
	}
	if _, got := Load(fs.FS(files), []string{"pipelines"}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("as a folder %v, before %v", got, want)
	}
}
