package devpg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	logName   = "server.log"
	settings  = "runner.conf" // rewritten at each start, included by postgresql.conf
	tailLines = 20
	patience  = 10 * time.Second // for the remains of a killed server to go away
)

// OwnerError says that a folder of the cluster belongs to another user than the one who may run it.
type OwnerError struct {
	Path  string
	Owner string
	UID   int
}

// Error names the owner.
func (e *OwnerError) Error() string {
	return fmt.Sprintf("the embedded Postgres in %s belongs to user %s (run as %s, or choose another folder with RUNNER_DATA_HOME, or name a database with --database-url)",
		e.Path, e.Owner, e.Owner)
}

// initialize makes a cluster in a folder beside the final one and renames it, so that a half-made cluster is never taken for one.
func (c *Cluster) initialize(ctx context.Context, p programs) (string, error) {
	if err := os.MkdirAll(c.Home, 0o700); err != nil {
		return "", err
	}
	if err := errors.Join(p.as.own(c.Home), p.as.enter(c.Home)); err != nil {
		return "", err
	}
	dir := filepath.Join(c.Home, "pg"+strconv.Itoa(p.major))
	half := dir + ".half"
	if err := os.RemoveAll(half); err != nil {
		return "", err
	}
	args := []string{"-D", half, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C"}
	if c.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	if err := p.as.run(ctx, p.path("initdb"), args...); err != nil {
		return "", errors.Join(err, os.RemoveAll(half))
	}
	conf, err := os.OpenFile(filepath.Join(half, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return "", err
	}
	_, err = conf.WriteString("\ninclude_if_exists = '" + settings + "'  # rewritten at each start; what you write below this line wins\n")
	if err := errors.Join(err, conf.Close()); err != nil {
		return "", err
	}
	return dir, os.Rename(half, dir)
}

// launch starts the server and returns when it takes sessions. A killed server leaves things behind for a moment (a process nobody
// has waited for yet, sessions that still end, the lock file that names a dead process): those are waited for.
func (c *Cluster) launch(ctx context.Context, p programs, dir string) error {
	if err := errors.Join(c.makeSocketDir(p.as, dir), c.writeSettings(dir)); err != nil {
		return err
	}
	if _, err := os.Lstat(filepath.Join(c.socketDir(), socketName)); os.IsNotExist(err) && readyState(dir) {
		_ = c.stopLocked(ctx, dir) // it runs, but somebody cleaned its socket away
	}
	logFile := filepath.Join(dir, logName)
	for end := time.Now().Add(patience); ; {
		seen := fileSize(logFile)
		removeStaleLocks(dir, c.socketDir())
		err := p.as.run(ctx, p.path("pg_ctl"), "start", "-D", dir, "-l", logFile, "-w", "-t", "300", "-s")
		if _, pingErr := c.ping(ctx, dir, c.Database); answered(pingErr) {
			return nil
		} else if err == nil {
			err = pingErr
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if readPID(dir) == 0 || time.Now().After(end) { // no lock file: it gave up for a reason of its own
			return fmt.Errorf("the server does not start: %w%s", err, tail(logFile, seen))
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// writeSettings writes the settings of the cluster. It goes by rename, which follows no link that the server's user may have made.
func (c *Cluster) writeSettings(dir string) error {
	all := map[string]string{
		"listen_addresses": "", "port": "5432", "unix_socket_directories": c.socketDir(), "unix_socket_permissions": "0700",
		"shared_buffers": "256MB", "max_wal_size": "4GB", "timezone": "UTC",
		// It holds somebody's data: a power cut may lose the last moment, but never corrupt.
		"fsync": "on", "synchronous_commit": "off",
		// Values of rows are nobody's business in a log file.
		"log_error_verbosity": "terse", "log_min_error_statement": "panic", "log_checkpoints": "off",
	}
	maps.Copy(all, c.Settings)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s = '%s'\n", name, strings.ReplaceAll(all[name], "'", "''"))
	}
	f, err := os.CreateTemp(dir, settings)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Chmod(0o644), f.Close(), os.Rename(f.Name(), filepath.Join(dir, settings)))
}

// makeSocketDir makes the short socket folder where one is needed.
func (c *Cluster) makeSocketDir(as account, dir string) error {
	s := c.socketDir()
	if s == c.Home {
		return nil
	}
	if err := os.Mkdir(s, 0o700); err != nil {
		if os.IsExist(err) {
			return sameOwner(s, dir)
		}
		return err
	}
	return as.own(s)
}

// run runs a program to its end as the account. What it prints is in the error. Its output goes to a file: a server that it starts
// inherits the stream, and a pipe would stay open as long as the server runs.
func (a account) run(ctx context.Context, program string, args ...string) error {
	out, err := os.CreateTemp("", "runner-pg-")
	if err != nil {
		return err
	}
	defer func() { _, _ = out.Close(), os.Remove(out.Name()) }()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", cleanEnv(), out, out
	a.apply(cmd)
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", filepath.Base(program), err, strings.TrimSpace(string(said)))
	}
	return nil
}

// cleanEnv is the environment without what would change the meaning of a Postgres program: its own variables and the locale.
func cleanEnv() []string {
	env := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "PG") || strings.HasPrefix(e, "LC_") || strings.HasPrefix(e, "LANG")
	})
	return append(env, "LC_ALL=C")
}

func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// tail returns the last lines that were written to a log after the first seen bytes.
func tail(path string, seen int64) string {
	b, err := os.ReadFile(path)
	if err != nil || int64(len(b)) <= seen {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b[seen:])), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "\nlast lines of " + path + ":\n  " + strings.Join(lines, "\n  ")
}
