//go:build unix

package devpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// folder makes a short folder that every user may enter (t.TempDir is closed to the user who runs the server for root).
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "devpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// cluster returns a new cluster under dir that is stopped and deleted after the test.
func cluster(t *testing.T, dir string) *Cluster {
	t.Helper()
	c, err := At("Demo Project", "/some/project", env(map[string]string{"RUNNER_DATA_HOME": dir}))
	if err != nil {
		t.Fatal(err)
	}
	c.Settings = map[string]string{"shared_buffers": "16MB", "fsync": "off"}
	t.Cleanup(func() {
		if err := c.Reset(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// env is an environment: the given variables over the real PATH.
func env(vars map[string]string) func(string) string {
	return func(name string) string {
		if v, ok := vars[name]; ok || name != "PATH" {
			return v
		}
		return os.Getenv(name)
	}
}

func ensure(t *testing.T, c *Cluster) string {
	t.Helper()
	url, err := c.Ensure(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func query(t *testing.T, c *Cluster, sql string) string {
	t.Helper()
	psql, err := c.Psql(t.Context(), "-XAtq", "-c", sql)
	if err != nil {
		t.Fatal(err)
	}
	out, err := psql.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func status(t *testing.T, c *Cluster) Status {
	t.Helper()
	s, err := c.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLife(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	c.Settings = nil // as users get it
	if s := status(t, c); s.Running || s.Version != "" || s.PID != 0 {
		t.Fatalf("before the first start: %+v", s)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatalf("stop of nothing: %v", err)
	}
	url := ensure(t, c)
	if !strings.HasPrefix(url, "postgres:///demo_project?") || url != c.URL() {
		t.Fatalf("url %s", url)
	}
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "off", "shared_buffers": "256MB", "max_wal_size": "4GB", "listen_addresses": "",
		"unix_socket_permissions": "0700", "server_encoding": "UTF8", "TimeZone": "UTC", "lc_messages": "C",
	} {
		if got := query(t, c, "show "+setting); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := query(t, c, "select datcollate from pg_database where datname = current_database()"); got != "C" {
		t.Errorf("collation %q", got)
	}
	query(t, c, "create table kept(a int); insert into kept values (42)")
	s := status(t, c)
	if !s.Running || !running(s.PID) || !strings.HasPrefix(filepath.Base(s.Dir), "pg") || !strings.Contains(s.Version, ".") || s.Problem != "" {
		t.Fatalf("running: %+v", s)
	}
	if again := ensure(t, c); again != url || status(t, c).PID != s.PID {
		t.Fatal("a second Ensure started another server")
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := status(t, c); s.Running || s.PID != 0 || s.Problem != "" {
		t.Fatalf("stopped: %+v", s)
	}
	if ensure(t, c); query(t, c, "select a from kept") != "42" {
		t.Fatal("the data did not outlive a stop")
	}
	if err := c.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.Home); !os.IsNotExist(err) {
		t.Fatalf("after reset: %v", err)
	}
}

// TestDroppedDatabase: a project database that somebody dropped comes back, empty, without a restart.
func TestDroppedDatabase(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	ensure(t, c)
	pid := status(t, c).PID
	dropdb, err := Client(c.Getenv, "dropdb")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(dropdb, "--maintenance-db="+c.url("postgres"), c.Database).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if s := status(t, c); !s.Running || !strings.Contains(s.Problem, "does not exist") {
		t.Fatalf("%+v", s)
	}
	if ensure(t, c); query(t, c, "select 1") != "1" || status(t, c).PID != pid {
		t.Fatal("not the same server with the database again")
	}
}

func TestKilled(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	ensure(t, c)
	query(t, c, "create table kept(a int); insert into kept values (42)")
	query(t, c, "checkpoint")
	for range 3 {
		if err := syscall.Kill(status(t, c).PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		if ensure(t, c); query(t, c, "select a from kept") != "42" {
			t.Fatal("the data did not outlive a kill")
		}
	}
}

// TestStaleLock: the lock file of a dead server names a process that exists: first a zombie that nobody waits for, then a stranger.
func TestStaleLock(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		t.Skip("only Linux shows the current folder of a process")
	}
	c := cluster(t, folder(t))
	ensure(t, c)
	dir := status(t, c).Dir
	as, err := serverAccount(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"true"}, {"sleep", "60"}} {
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		p := exec.Command(command[0], command[1:]...)
		as.apply(p) // of the same user: Postgres believes it
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		lock := fmt.Sprintf("%d\n%s\n1700000000\n5432\n%s\n\n  0  0\nready   \n", p.Process.Pid, dir, c.socketDir())
		if err := os.WriteFile(filepath.Join(dir, "postmaster.pid"), []byte(lock), 0o600); err != nil {
			t.Fatal(err)
		}
		socketLock := filepath.Join(c.socketDir(), socketName+".lock")
		if err := errors.Join(os.WriteFile(socketLock, []byte(lock), 0o600), as.own(socketLock), as.own(filepath.Join(dir, "postmaster.pid"))); err != nil {
			t.Fatal(err)
		}
		if ensure(t, c); status(t, c).PID == p.Process.Pid {
			t.Fatal("the lock was taken for that of a server")
		}
		_ = p.Process.Kill()
		_ = p.Wait()
	}
}

// TestSocketGone: something cleaned the socket away while the server runs.
func TestSocketGone(t *testing.T) {
	t.Parallel()
	c := cluster(t, folder(t))
	ensure(t, c)
	if err := os.Remove(filepath.Join(c.socketDir(), socketName)); err != nil {
		t.Fatal(err)
	}
	if ensure(t, c); query(t, c, "select 1") != "1" {
		t.Fatal("no answer")
	}
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	c := cluster(t, filepath.Join(folder(t), strings.Repeat("a-long-name/", 12), "it's a place"))
	url := ensure(t, c)
	if strings.Contains(url, "long-name") || query(t, c, "select 1") != "1" {
		t.Fatal(url)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := os.Lchown(c.socketDir(), 12345, 12345); err != nil { // somebody else was faster under /tmp
		t.Fatal(err)
	}
	var owner *OwnerError
	if _, err := c.Ensure(t.Context()); !errors.As(err, &owner) || owner.UID != 12345 {
		t.Fatalf("a socket folder of a stranger: %v", err)
	}
}

// TestAtOnce: many processes that all want the same new cluster get it.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := cluster(t, dir)
	var others []*exec.Cmd
	for range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestHelperEnsure$")
		cmd.Env = append(os.Environ(), "DEVPG_HELPER="+dir)
		cmd.Stdout, _ = os.CreateTemp(dir, "out")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		others = append(others, cmd)
	}
	for _, cmd := range others {
		if err := cmd.Wait(); err != nil {
			out, _ := os.ReadFile(cmd.Stdout.(*os.File).Name())
			t.Errorf("%v: %s", err, out)
		}
	}
	if !status(t, c).Running {
		t.Error("left running it should be")
	}
}

func TestHelperEnsure(t *testing.T) {
	dir := os.Getenv("DEVPG_HELPER")
	if dir == "" {
		t.Skip("only runs inside TestAtOnce")
	}
	c, err := At("Demo Project", "/some/project", env(map[string]string{"RUNNER_DATA_HOME": dir}))
	if err != nil {
		t.Fatal(err)
	}
	ensure(t, c)
	if query(t, c, "select 1") != "1" {
		t.Fatal("no answer")
	}
}

// TestAsNobody runs the other tests of this package as an unprivileged user, when they run as root.
func TestAsNobody(t *testing.T) {
	nobody, err := user.Lookup("nobody")
	if os.Geteuid() != 0 || err != nil {
		t.Skip("not root: the other tests are unprivileged already")
	}
	dir := folder(t)
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(dir, "devpg.test")
	if err := os.WriteFile(copied, program, 0o755); err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	cmd := exec.Command(copied, "-test.v", "-test.run=^Test(Life|AtOnce|Killed|StaleLock|LongPath|ForeignOwner)$")
	cmd.Dir, cmd.Env = "/", []string{"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}
	account{uid, gid, "nobody", true}.apply(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestForeignOwner") {
		t.Errorf("%v\n%s", err, out)
	}
}
