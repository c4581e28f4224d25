// Package pgtest gives tests real databases: one shared private cluster per user of the machine, left running, and a fresh database per test. It is
// for tests only; the cluster trades safety for speed.
package pgtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"streamflow/runner/internal/devpg"
)

// forgotten is the age at which the database of a killed test is taken away.
const forgotten = 3 * time.Hour

var shared = sync.OnceValues(func() (string, error) {
	server, err := start(context.Background())
	if err == nil {
		sweep(server)
	}
	return server, err
})

// Server returns the URL of the server that tests share: RUNNER_TEST_DATABASE_URL (a postgres:// URL of a role that may create
// databases), else the shared cluster, started when needed. Processes may call it at the same time. Without Postgres programs the test fails.
func Server(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("a test needs PostgreSQL: %v", err)
	}
	return server
}

// Database makes an empty database (UTF8, collation C) and returns its URL. It is dropped when the test ends, with whatever sessions are still
// open. Safe in parallel tests and in several processes.
func Database(t testing.TB) string {
	t.Helper()
	server := Server(t)
	name := fmt.Sprintf("runner_test_%d_%d_%08x", time.Now().Unix(), os.Getpid(), rand.Uint32())
	if err := client("createdb", "--maintenance-db="+server, "-T", "template0", "-E", "UTF8", "--locale=C", name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client("dropdb", "--maintenance-db="+server, "--force", "--if-exists", name); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// start returns a server that answers. A cluster that cannot be started is made anew: it holds nothing of worth, and without
// fsync a crash of the machine may have broken it.
func start(ctx context.Context) (string, error) {
	if named := os.Getenv("RUNNER_TEST_DATABASE_URL"); named != "" {
		if !strings.HasPrefix(named, "postgres://") && !strings.HasPrefix(named, "postgresql://") {
			return "", fmt.Errorf("RUNNER_TEST_DATABASE_URL must be a postgres:// URL")
		}
		return named, nil
	}
	c := devpg.New(devpg.Config{
		Home: home(), Database: "tests", Getenv: os.Getenv,
		Settings: map[string]string{"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_connections": "400"},
	})
	server, err := c.Ensure(ctx)
	if err == nil {
		return server, nil
	}
	if status, _ := c.Status(ctx); status.Running || status.Version == "" {
		return "", err
	}
	if err := c.Reset(ctx); err != nil {
		return "", err
	}
	return c.Ensure(ctx)
}

// home is a folder that outlives the process: a cache folder, or one under the temporary folder for users without a home.
func home() string {
	if os.Geteuid() == 0 {
		return "/var/cache/runner/pgtest" // the server's user could not enter the home of root
	}
	if cache, err := os.UserCacheDir(); err == nil && os.MkdirAll(filepath.Join(cache, "runner"), 0o700) == nil {
		return filepath.Join(cache, "runner", "pgtest")
	}
	return fmt.Sprintf("/tmp/runner-pgtest-%d", os.Geteuid())
}

// sweep drops the databases of tests that were killed long ago; psql -l lists them.
func sweep(server string) {
	ours := regexp.MustCompile(`^runner_test_(\d{10})_\d+_[0-9a-f]{8}$`) // the server may be somebody's
	path, err := program("psql")
	if err != nil {
		return
	}
	out, err := exec.Command(path, "-X", "-l", "-q", "-t", "-A", "-F", "\t", "-d", server).Output()
	if err != nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		name, _, _ := strings.Cut(line, "\t")
		m := ours.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		if at, err := strconv.ParseInt(m[1], 10, 64); err == nil && time.Since(time.Unix(at, 0)) > forgotten {
			_ = client("dropdb", "--maintenance-db="+server, "--force", "--if-exists", name) // another process may be sweeping as well
		}
	}
}

func program(name string) (string, error) { return devpg.Client(os.Getenv, name) }

func client(name string, args ...string) error {
	path, err := program(name)
	if err != nil {
		return err
	}
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
