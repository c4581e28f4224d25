package devpg

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first Postgres major that is supported.
const oldest = 14

// folders are where packagers put server programs, one folder per version.
var folders = []string{
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
	onPath, usual := pathFolders(c.Getenv("PATH")), usualFolders(as)
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

// usualFolders are the existing folders that packagers use, the highest version first.
func usualFolders(as account) []string {
	var out []string
	for _, pattern := range folders {
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

// MissingError says that the Postgres programs for a cluster are not on this machine. Major is 0 when any supported one would do; Data is
// the folder of an existing cluster that needs just that major; Found are the majors that are there; Program names a single
// missing client program. Install is the command that installs what is missing.
type MissingError struct {
	Major   int
	Data    string
	Found   []int
	Program string
	Install string
}

// Error says what is missing and the one command that installs it.
func (e *MissingError) Error() string {
	hint := "; install it with: " + e.Install
	switch {
	case e.Program != "":
		return "the Postgres program " + e.Program + " was not found" + hint
	case e.Major != 0:
		return fmt.Sprintf("the data in %s was made by PostgreSQL %d, whose programs were not found%s%s, or name their folder in RUNNER_PG_BIN (the data is left as it is)",
			e.Data, e.Major, e.found(), hint)
	}
	return fmt.Sprintf("no PostgreSQL of version %d or newer was found on this machine%s%s, or name another database with --database-url or DATABASE_URL",
		oldest, e.found(), hint)
}

func (e *MissingError) found() string {
	if len(e.Found) == 0 {
		return ""
	}
	return " (found only version " + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(e.Found)), ", "), "[]") + ")"
}

// installCommand is what one types on this system to get the server programs of a major, or of the usual one for 0.
func installCommand(major int) string {
	suffix := func(sep string) string {
		if major == 0 {
			return ""
		}
		return sep + strconv.Itoa(major)
	}
	if runtime.GOOS == "darwin" {
		if major == 0 {
			return "brew install postgresql@17"
		}
		return "brew install postgresql" + suffix("@")
	}
	sudo := "sudo "
	if os.Geteuid() == 0 {
		sudo = ""
	}
	for _, m := range []struct{ program, command string }{
		{"apt-get", "apt-get install -y postgresql" + suffix("-")},
		{"dnf", "dnf install -y postgresql" + suffix("") + "-server"},
		{"yum", "yum install -y postgresql" + suffix("") + "-server"},
		{"zypper", "zypper install -y postgresql" + suffix("") + "-server"},
		{"apk", "apk add postgresql" + suffix("")},
		{"pacman", "pacman -S postgresql"},
	} {
		if _, err := exec.LookPath(m.program); err == nil {
			return sudo + m.command
		}
	}
	return "your system's package manager (the package is usually called postgresql" + suffix("-") + ")"
}

// Client finds a Postgres client program such as psql: beside the server programs that would be used, else on PATH.
func Client(getenv func(string) string, name string) (string, error) {
	p, err := (&Cluster{Config{Getenv: getenv}}).programs("")
	if err != nil {
		p = programs{dir: "/nowhere", getenv: getenv} // a server elsewhere needs only clients
	}
	return p.client(name)
}
