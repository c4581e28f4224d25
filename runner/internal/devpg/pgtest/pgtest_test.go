package pgtest_test

import (
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
