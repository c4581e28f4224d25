package pgtest_test

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"streamflow/runner/internal/devpg/pgtest"
)

func TestDatabase(t *testing.T) {
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.Database(t)
			out, err := exec.Command("psql", "-XAt", "-d", url, "-c", "create table x(a text); insert into x values ('é'); select a, length(a), current_setting('server_encoding') from x").CombinedOutput()
			if err != nil || !strings.Contains(string(out), "é|1|UTF8") {
				t.Fatalf("%v: %s", err, out)
			}
		})
	}
}

// TestSweep: the database of a test that was killed long ago goes, and nothing else does.
func TestSweep(t *testing.T) {
	server := pgtest.Server(t)
	forgotten := fmt.Sprintf("runner_test_1500000000_1_%08x", rand.Uint32())
	foreign := forgotten + "_mine"
	for _, name := range []string{forgotten, foreign} {
		if out, err := exec.Command("createdb", "--maintenance-db="+server, name).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		t.Cleanup(func() { _ = exec.Command("dropdb", "--maintenance-db="+server, "--if-exists", name).Run() })
	}
	kept := pgtest.Database(t)
	pgtest.Sweep(server)
	out, err := exec.Command("psql", "-XAtl", "-d", server).Output()
	if err != nil || strings.Contains(string(out), forgotten+"|") || !strings.Contains(string(out), foreign) {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := exec.Command("psql", "-XAt", "-d", kept, "-c", "select 1").CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
