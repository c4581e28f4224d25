package devpg

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

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
