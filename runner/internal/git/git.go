// Package git is what a repository knows of a project: which files changed since a commit, and the specs as they were then.
//
// It runs the program git and reads what that prints; it never changes a repository. Every error is an *Error.
package git

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// Error says why a repository could not answer. Usage tells that another REF would do; otherwise it is the surroundings that are wrong.
type Error struct {
	Message, Hint string
	Usage         bool
}

// Error returns the message, and the hint in parentheses.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

// Changed returns the files below root, the absolute folder of a project, that differ from where the work left REF (Base): in commits, in
// the index, in the work tree, or because git does not know them yet. A renamed file is there with both of its names. Paths are relative
// to root, with slashes, sorted. Files that git was told to ignore are not among them.
func Changed(root, ref string) ([]string, error) {
	base, err := Base(root, ref)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, args := range [][]string{
		{"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", base, "--"},
		{"diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--relative", "--cached", base, "--"},
		{"ls-files", "--others", "--exclude-standard", "-z"},
	} {
		text, err := run(root, nil, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, records(text)...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// Base returns the commit where the work left REF: the newest one that both have (git merge-base). What REF got since then is not
// a change of this work.
func Base(root, ref string) (string, error) {
	if err := repository(root); err != nil {
		return "", err
	}
	if _, err := run(root, nil, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err != nil {
		return "", &Error{Message: "this branch has no commit yet", Hint: "commit first"}
	}
	commit, err := resolve(root, ref)
	if err != nil {
		return "", err
	}
	base, err := run(root, nil, "merge-base", commit, "HEAD")
	if err == nil {
		return strings.TrimSpace(string(base)), nil
	}
	if shallow(root) {
		return "", &Error{Message: fmt.Sprintf("this clone is shallow and does not hold the commit where the work left %q", ref), Hint: fetchAll}
	}
	return "", &Error{Message: fmt.Sprintf("the work and %q have no commit in common", ref), Hint: "name a branch that the work comes from", Usage: true}
}

const fetchAll = "git fetch --unshallow brings the rest; in GitHub Actions give actions/checkout fetch-depth: 0"

// resolve returns the commit of a name.
func resolve(root, ref string) (string, error) {
	if err := repository(root); err != nil {
		return "", err
	}
	if ref != "" && !strings.HasPrefix(ref, "-") && !strings.ContainsAny(ref, "\x00\n") {
		if out, err := run(root, nil, "rev-parse", "--verify", "--quiet", ref+"^{commit}"); err == nil {
			return strings.TrimSpace(string(out)), nil
		}
	}
	fault := &Error{Message: fmt.Sprintf("git knows no commit %q", ref), Hint: meant(root, ref), Usage: true}
	if shallow(root) {
		fault.Message += "; this clone is shallow"
		fault.Hint = strings.TrimPrefix(fault.Hint+"; "+fetchAll, "; ")
	}
	return "", fault
}

// meant says which branch or tag was probably meant: that of the same name on a remote, else the nearest.
func meant(root, ref string) string {
	text, err := run(root, nil, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return ""
	}
	names := strings.Fields(string(text))
	for _, n := range names {
		if ref != "" && strings.HasSuffix(n, "/"+ref) {
			return fmt.Sprintf("did you mean %q?", n)
		}
	}
	if hint := diag.DidYouMean(ref, names); hint != "" {
		return hint
	}
	const most = 8
	if len(names) > most {
		names = append(names[:most:most], "...")
	}
	if len(names) == 0 {
		return ""
	}
	return "there are " + strings.Join(names, ", ")
}

func shallow(root string) bool {
	out, err := run(root, nil, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

// repository tells why root lies in no work tree, or nil.
func repository(root string) error {
	out, err := run(root, nil, "rev-parse", "--is-inside-work-tree")
	var fault *Error
	switch {
	case err == nil && strings.TrimSpace(string(out)) == "true":
		return nil
	case err == nil:
		return &Error{Message: root + " lies inside of .git, not in a work tree"}
	case errors.As(err, &fault) && strings.Contains(fault.Message, "not a git repository"):
		return &Error{Message: root + " lies in no git repository", Hint: "git init makes one"}
	}
	return err
}

// records splits what git prints with -z.
func records(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == 0 })
}

// run runs git in a folder and returns what it prints. What the user's own settings could add to that (colours, a file system monitor,
// another language) is switched off, and what a hook of git says of its repository is not passed on: there GIT_DIR may be relative to
// another folder.
func run(root string, stdin []byte, args ...string) ([]byte, error) {
	c := exec.Command("git", append([]string{"-C", root, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"}, args...)...)
	c.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}, name)
	})
	c.Env = append(c.Env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
	if stdin != nil {
		c.Stdin = bytes.NewReader(stdin)
	}
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	err := c.Run()
	switch {
	case err == nil:
		return out.Bytes(), nil
	case errors.Is(err, exec.ErrNotFound):
		return nil, &Error{Message: "the program git is not on PATH", Hint: "install git, or leave out the flag that asks for changes"}
	}
	message, rest, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
	fault := &Error{Message: "git " + args[0] + ": " + strings.TrimPrefix(message, "fatal: ")}
	if message == "" {
		fault.Message += err.Error()
	}
	if strings.Contains(message, "dubious ownership") {
		_, fault.Hint, _ = strings.Cut(rest, "call:")
		fault.Hint = strings.TrimSpace(fault.Hint)
	}
	return nil, fault
}

// Prefix returns where root lies in its repository, such as "jobs/shop", or "" at the top or in no repository.
func Prefix(root string) string {
	out, err := run(root, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(out), "\n"), "/")
}
