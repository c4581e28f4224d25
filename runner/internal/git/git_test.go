package git

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// repo makes a repository whose project lies in a folder of it, with one commit on main, and returns the folder.
func repo(t *testing.T) string {
	t.Helper()
	for name, value := range map[string]string{"GIT_CONFIG_GLOBAL": os.DevNull, "GIT_CONFIG_SYSTEM": os.DevNull,
		"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"} {
		t.Setenv(name, value)
	}
	top := t.TempDir()
	root := filepath.Join(top, "jobs", "shop")
	git(t, top, "init", "-q", "-b", "main")
	write(t, root, "pipelines/a.yaml", "kind: pipeline\n")
	write(t, root, "pipelines/Zürich b.yaml", "b: 1\r\n\n")
	write(t, root, "data/rows.csv", "id\n1\n")
	write(t, top, "elsewhere.yaml", "x: 1\n")
	write(t, top, ".gitignore", "ignored*\n")
	commit(t, top)
	return root
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// commit records everything. A commit of the same content and message in the same second would be the same one.
func commit(t *testing.T, dir string, message ...string) {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "x"+strings.Join(message, ""), "--allow-empty")
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestChanged changes files in every way that git tells apart.
func TestChanged(t *testing.T) {
	root := repo(t)
	write(t, root, "pipelines/renamed.yaml", "kind: pipeline\nname: a long text that git would call the same\n")
	write(t, root, "pipelines/removed.yaml", "x: 1\n")
	commit(t, root)
	git(t, root, "branch", "base")
	git(t, root, "checkout", "-q", "-b", "work")

	if got, err := Changed(root, "base"); err != nil || len(got) != 0 {
		t.Fatalf("nothing changed, got %v, %v", got, err)
	}
	write(t, root, "pipelines/committed.yaml", "x: 1\n")
	git(t, root, "mv", "pipelines/renamed.yaml", "pipelines/new.yaml")
	git(t, root, "rm", "-q", "pipelines/removed.yaml")
	write(t, filepath.Dir(root), "other/spec.yaml", "x: 1\n")
	commit(t, root)
	write(t, root, "pipelines/staged.yaml", "x: 1\n")
	git(t, root, "add", "pipelines/staged.yaml")
	write(t, root, "pipelines/Zürich b.yaml", "b: 2\n")
	write(t, root, "pipelines/untracked.yaml", "x: 1\n")
	write(t, root, "pipelines/ignored.yaml", "x: 1\n")

	// What the branch gets afterwards is no change of the work.
	git(t, root, "stash", "-q", "-u")
	git(t, root, "checkout", "-q", "base")
	write(t, root, "pipelines/later.yaml", "x: 1\n")
	commit(t, root)
	git(t, root, "checkout", "-q", "work")
	git(t, root, "stash", "pop", "-q", "--index")

	want := []string{"pipelines/Zürich b.yaml", "pipelines/committed.yaml", "pipelines/new.yaml", "pipelines/removed.yaml",
		"pipelines/renamed.yaml", "pipelines/staged.yaml", "pipelines/untracked.yaml"}
	got, err := Changed(root, "base")
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v\nwant %v", got, err, want)
	}

	// A hook of git says where its repository is, relative to another folder.
	t.Setenv("GIT_DIR", ".git")
	t.Setenv("GIT_INDEX_FILE", "nowhere")
	if got, err := Changed(root, "base"); err != nil || !slices.Equal(got, want) {
		t.Errorf("in a hook: got %v, %v", got, err)
	}
}

func TestAt(t *testing.T) {
	root := repo(t)
	if err := os.Symlink("a.yaml", filepath.Join(root, "pipelines", "link.yaml")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "empty.yml", "")
	commit(t, root)
	write(t, root, "pipelines/a.yaml", "changed\n")
	write(t, root, "pipelines/c.yaml", "new\n")
	fsys, err := At(root, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(fsys, "pipelines/a.yaml", "pipelines/Zürich b.yaml", "empty.yml"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"pipelines/a.yaml": "kind: pipeline\n", "pipelines/Zürich b.yaml": "b: 1\r\n\n", "empty.yml": ""} {
		if got, err := fs.ReadFile(fsys, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"pipelines/c.yaml", "pipelines/link.yaml", "data/rows.csv", "elsewhere.yaml"} {
		if _, err := fs.Stat(fsys, name); err == nil {
			t.Errorf("%s is there", name)
		}
	}
}

// TestAtOfNothing is a commit from before the project.
func TestAtOfNothing(t *testing.T) {
	root := filepath.Join(filepath.Dir(repo(t)), "later")
	write(t, root, "pipelines/a.yaml", "x: 1\n")
	fsys, err := At(root, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	if list, err := fs.ReadDir(fsys, "."); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
}

// TestErrors holds every refusal to what it has to say.
func TestErrors(t *testing.T) {
	root := repo(t)
	git(t, root, "branch", "release/2024")
	git(t, root, "checkout", "-q", "--orphan", "apart")
	commit(t, root, "apart")
	git(t, root, "checkout", "-q", "main")
	commit(t, root)
	commit(t, root)
	shallow := filepath.Join(t.TempDir(), "clone")
	git(t, root, "clone", "-q", "--depth", "1", "file://"+filepath.Dir(filepath.Dir(root)), shallow)
	empty := t.TempDir()
	git(t, empty, "init", "-q", "-b", "main")
	for _, c := range []struct {
		root, ref string
		usage     bool
		want      []string
	}{
		{root, "mian", true, []string{`git knows no commit "mian"`, `did you mean "main"?`}},
		{root, "2024", true, []string{`did you mean "release/2024"?`}},
		{root, "zzzzzz", true, []string{"there are apart, main, release/2024"}},
		{root, "", true, []string{"knows no commit"}},
		{root, "--all", true, []string{`knows no commit "--all"`}},
		{root, "apart", true, []string{"no commit in common"}},
		{shallow, "HEAD~1", true, []string{"this clone is shallow", "fetch-depth: 0"}},
		{shallow, "main~2", true, []string{"--unshallow"}},
		{empty, "main", false, []string{"no commit yet", "commit first"}},
		{t.TempDir(), "main", false, []string{"lies in no git repository", "git init"}},
	} {
		_, err := Changed(c.root, c.ref)
		fault, ok := err.(*Error)
		if !ok || fault.Usage != c.usage {
			t.Errorf("%s: got %#v", c.ref, err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: no %q in: %v", c.ref, w, err)
			}
		}
	}
	t.Setenv("PATH", "")
	if _, err := At(root, "main"); err == nil || err.(*Error).Usage || !strings.Contains(err.Error(), "git is not on PATH") {
		t.Errorf("without git: %v", err)
	}
}

// TestShallowBase is a shallow clone that holds the branch, but not where the work left it.
func TestShallowBase(t *testing.T) {
	root := repo(t)
	git(t, root, "checkout", "-q", "-b", "work")
	commit(t, root, "work")
	commit(t, root, "work")
	git(t, root, "checkout", "-q", "main")
	commit(t, root)
	commit(t, root)
	shallow := filepath.Join(t.TempDir(), "clone")
	git(t, root, "clone", "-q", "--depth", "1", "--no-single-branch", "file://"+filepath.Dir(filepath.Dir(root)), shallow)
	_, err := Changed(shallow, "origin/work")
	if err == nil || err.(*Error).Usage || !strings.Contains(err.Error(), "shallow") {
		t.Errorf("got %v", err)
	}
}
