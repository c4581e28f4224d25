package devpg

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first Postgres major that is supported.
const oldest = 14

// folders are where packagers put server programs, one folder per version.
func folders() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",                               // Debian, Ubuntu
		"/usr/pgsql-*/bin",                                        // packages of postgresql.org for Red Hat
		"/usr/lib/postgresql*/bin",                                // SUSE
		"/usr/libexec/postgresql*",                                // Alpine
		"/opt/homebrew/opt/postgresql*/bin",                       // Homebrew, Apple silicon
		"/usr/local/opt/postgresql*/bin",                          // Homebrew, Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",          // Homebrew, Linux
		"/Applications/Postgres.app/Contents/Versions/[0-9]*/bin", // Postgres.app
		"/usr/local/pgsql/bin",                                    // built by hand
	}
}

// programs are the Postgres programs of one version and the user that runs those which must not run as root.
type programs struct {
	dir    string
	major  int
	as     account
	getenv func(string) string
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name) }

// client finds a client program: beside the server's, else on PATH.
func (p programs) client(name string) (string, error) {
	if executable(p.path(name)) {
		return p.path(name), nil
	}
	for _, dir := range filepath.SplitList(p.getenv("PATH")) {
		if path := filepath.Join(dir, name); executable(path) {
			return path, nil
		}
	}
	return "", &MissingError{Program: name, Install: installCommand(0)}
}

// programs finds the Postgres programs for the data folder dir: those of its major, or for "" the first that are new enough.
// The order is RUNNER_PG_BIN, PATH, then the usual folders from the highest version down.
func (c *Cluster) programs(dir string) (programs, error) {
	as, err := serverAccount(dir)
	if err != nil {
		return programs{}, err
	}
	want := majorOf(dir)
	missing := &MissingError{Major: want, Data: dir, Install: installCommand(want)}
	if named := c.Getenv("RUNNER_PG_BIN"); named != "" {
		major, err := majorIn(named, as)
		switch {
		case err != nil:
			return programs{}, fmt.Errorf("RUNNER_PG_BIN=%s: %w (name the folder that holds initdb, pg_ctl and postgres)", named, err)
		case major < oldest:
			return programs{}, fmt.Errorf("RUNNER_PG_BIN=%s holds PostgreSQL %d; runner needs %d or newer", named, major, oldest)
		case want == 0 || major == want:
			return programs{named, major, as, c.Getenv}, nil
		}
		missing.Found = append(missing.Found, major)
	}
	onPath, usual := pathFolders(c.Getenv("PATH")), existingFolders(c.folders, as)
	for _, f := range slices.Concat(onPath, usual) {
		major, err := majorIn(f, as)
		if err != nil {
			continue
		}
		if major >= oldest && (want == 0 || major == want) {
			return programs{f, major, as, c.Getenv}, nil
		}
		missing.Found = append(missing.Found, major)
	}
	slices.Sort(missing.Found)
	missing.Found = slices.Compact(missing.Found)
	return programs{}, missing
}

// pathFolders are the real folders of the pg_ctl programs on PATH; a wrapper script leads nowhere and drops out later.
func pathFolders(path string) []string {
	var out []string
	for _, dir := range filepath.SplitList(path) {
		if real, err := filepath.EvalSymlinks(filepath.Join(dir, "pg_ctl")); err == nil {
			out = append(out, filepath.Dir(real))
		}
	}
	return out
}

// existingFolders are the folders that match a pattern, the highest version first.
func existingFolders(patterns []string, as account) []string {
	var out []string
	for _, pattern := range patterns {
		found, _ := filepath.Glob(pattern) // the only error is a bad pattern
		out = append(out, found...)
	}
	major := map[string]int{}
	for _, f := range out {
		major[f], _ = majorIn(f, as)
	}
	slices.SortStableFunc(out, func(a, b string) int { return major[b] - major[a] })
	return out
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// majorIn asks the server program in a folder for its version, as the user that would run it. The folder must hold all three
// programs that a cluster needs.
func majorIn(dir string, as account) (int, error) {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if !executable(filepath.Join(dir, name)) {
			return 0, fmt.Errorf("there is no program %s", name)
		}
	}
	cmd := exec.Command(filepath.Join(dir, "postgres"), "--version")
	cmd.Dir, cmd.Env = "/", cleanEnv()
	as.apply(cmd)
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("postgres --version as user %s: %w", as.name, err)
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("postgres --version says %q", strings.TrimSpace(string(out)))
	}
	return strconv.Atoi(string(m[1]))
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// Client finds a Postgres client program such as psql: beside the server programs that would be used, else on PATH.
func Client(getenv func(string) string, name string) (string, error) {
	p, err := New(Config{Getenv: getenv}).programs("")
	if err != nil {
		p = programs{dir: "/nowhere", getenv: getenv} // a server elsewhere needs only clients
	}
	return p.client(name)
}
