package devpg

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// lockLines reads the lock file of the server (postmaster.pid): its first line is the process number, its eighth the state.
func lockLines(dir string) []string {
	b, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return nil
	}
	return strings.Split(string(b), "\n")
}

// readPID is the process number in the lock file; 0 without one.
func readPID(dir string) int {
	lines := lockLines(dir)
	if len(lines) == 0 {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(lines[0]))
	return pid
}

// readyState tells whether a living server says in its lock file that it takes sessions.
func readyState(dir string) bool {
	lines := lockLines(dir)
	return len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" && serverLives(dir)
}

// serverLives tells whether the process of the lock file is this cluster's server, as far as can be seen.
func serverLives(dir string) bool {
	pid := readPID(dir)
	return pid != 0 && running(pid) && mayLive(dir)
}

// mayLive tells whether any process of the cluster may live. On Linux that is one whose current folder is the data folder: a
// zombie has none, and neither has a stranger that got the number of a dead server. Elsewhere the number alone must do.
func mayLive(dir string) bool {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	if len(processes) == 0 {
		pid := readPID(dir)
		return pid != 0 && running(pid)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return slices.ContainsFunc(processes, func(process string) bool {
		cwd, err := os.Readlink(filepath.Join(process, "cwd"))
		if errors.Is(err, fs.ErrPermission) { // root in a container may not look
			return sameOwner(process, dir) == nil && mayBeOurs(process, dir)
		}
		return err == nil && cwd == dir
	})
}

// mayBeOurs judges a process by what everybody may read of it: its stat file, "number (name) state parent ...", and its command line,
// which names the data folder for a server; the processes of a server are known by their parent.
func mayBeOurs(process, dir string) bool {
	b, err := os.ReadFile(filepath.Join(process, "stat"))
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), "(")
	rest, isPostgres := strings.CutPrefix(rest, "postgres) ")
	fields := strings.Fields(rest)
	if !isPostgres || len(fields) < 2 || fields[0] == "Z" || fields[0] == "X" {
		return false
	}
	line, err := os.ReadFile(filepath.Join(process, "cmdline"))
	if err != nil {
		return true
	}
	if _, args, isServer := strings.Cut(string(line), "\x00-D\x00"); isServer {
		data, _, _ := strings.Cut(args, "\x00")
		return data == dir
	}
	parent := filepath.Join("/proc", fields[1])
	if name, err := os.ReadFile(filepath.Join(parent, "comm")); err != nil || string(name) != "postgres\n" {
		return true // the server is gone, its session is not: whose it was cannot be seen
	}
	return mayBeOurs(parent, dir)
}

// removeStaleLocks removes the lock files, of data and socket, of a server of which nothing lives any more. Postgres does so itself unless
// the number was given to another process of the same user, or the dead process is a zombie that nobody waits for (in a container).
func removeStaleLocks(dir, socketDir string) {
	if !mayLive(dir) {
		_ = os.Remove(filepath.Join(dir, "postmaster.pid"))
		_ = os.Remove(filepath.Join(socketDir, socketName+".lock"))
	}
}
