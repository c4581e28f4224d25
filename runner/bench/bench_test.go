// Package bench measures runner beside plain psql on the same server, in the same run. It prints ratios and asserts none: a busy
// machine must not fail a build.
package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamflow/runner/internal/devpg/pgtest"
)

// build makes the real binary once per benchmark.
func build(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "runner")
	out, err := exec.Command("go", "build", "-o", bin, "streamflow/runner").CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// used is what one process took.
type used struct {
	wall time.Duration
	peak int64 // bytes of resident memory
}

// timed runs a program and fails the benchmark when it fails.
func timed(b *testing.B, dir string, env []string, stdin string, name string, args ...string) used {
	b.Helper()
	cmd := exec.Command(name, args...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), env...), strings.NewReader(stdin), &out, &out
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var u used
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	for running := true; running; {
		select {
		case err := <-ended:
			if u.wall = time.Since(start); err != nil {
				b.Fatalf("%s %v: %v\n%s", name, args, err, out.String())
			}
			running = false
		case <-time.After(5 * time.Millisecond):
			u.peak = max(u.peak, resident(cmd.Process.Pid))
		}
	}
	if u.peak > 0 {
		return u
	}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = r.Maxrss * 1024
		if runtime.GOOS == "darwin" {
			u.peak = r.Maxrss
		}
	}
	return u
}

// resident is the most memory that a running process has had so far, in bytes; 0 where the system does not say so. What it says of an ended one
// (getrusage) counts on Linux also what the process that started it had.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kilobytes int64
	if _, err := fmt.Sscan(rest, &kilobytes); err != nil {
		return 0
	}
	return kilobytes << 10
}

// psql runs a script in one session.
func psql(b *testing.B, dir, url, script string) used {
	b.Helper()
	return timed(b, dir, nil, script, "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.DevNull, url)
}

func write(b *testing.B, path, text string) {
	b.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

// rows is how many rows the load benchmarks use; RUNNER_BENCH_ROWS changes it.
func rows(b *testing.B) int {
	n := 2_000_000
	if s := os.Getenv("RUNNER_BENCH_ROWS"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

const wideSpec = `kind: pipeline
name: load
params:
  as_of: {type: date}
partitions:
  - {as_of: 2024-01-31}
  - {as_of: 2024-02-29}
tables:
  events:
    source: ${as_of}.csv
    primary_key: id
    columns:
      id: text
      visits: integer
      clicks: integer
      amount: numeric(12,2)
      hours: numeric
      active: boolean
      seen: date
      note: text
---
kind: expectations
table: events
rules:
  - visits >= 0
  - amount >= 0
`

const wideTable = `id text, visits integer, clicks integer, amount numeric(12,2), hours numeric, active boolean, seen date, note text`

// wide writes a file of eight columns with a fixed seed.
func wide(b *testing.B, path string, n int) int64 {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w, r := bufio.NewWriterSize(f, 1<<20), rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(w, "id,visits,clicks,amount,hours,active,seen,note")
	words := []string{"alpha", "beta", "gamma", "delta", "", "epsilon"}
	for i := range n {
		fmt.Fprintf(w, "u%09d,%d,%d,%d.%02d,%d.%09d,%t,2024-%02d-%02d,%s\n", (i*7919)%n, r.IntN(1000), r.IntN(100000), r.IntN(9999), r.IntN(100),
			r.IntN(60), r.IntN(1e9), i%2 == 0, 1+r.IntN(12), 1+r.IntN(28), words[r.IntN(len(words))])
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// BenchmarkLoad loads a large file into an empty table, checked and keyed, and then the same file again. Beside it stands what one
// would type into psql: \copy into a staging table of the same kind, then INSERT ... ON CONFLICT.
func BenchmarkLoad(b *testing.B) {
	n, bin, dir := rows(b), build(b), b.TempDir()
	write(b, filepath.Join(dir, "pipelines", "load.yaml"), wideSpec)
	size := wide(b, filepath.Join(dir, "2024-01-31.csv"), n)
	for range b.N {
		env := []string{"DATABASE_URL=" + pgtest.Database(b)}
		first := timed(b, dir, env, "", bin, "apply", "load", "-p", "as_of=2024-01-31")
		again := timed(b, dir, env, "", bin, "apply", "load", "-p", "as_of=2024-01-31")
		script := fmt.Sprintf(`CREATE TABLE events (%s, PRIMARY KEY (id));
CREATE TEMP TABLE stage (%s);
\copy stage FROM '2024-01-31.csv' (FORMAT csv, HEADER)
INSERT INTO events AS t SELECT * FROM stage ON CONFLICT (id) DO UPDATE SET visits = excluded.visits, clicks = excluded.clicks,
amount = excluded.amount, hours = excluded.hours, active = excluded.active, seen = excluded.seen, note = excluded.note;
`, wideTable, wideTable)
		plain := psql(b, dir, pgtest.Database(b), script)
		b.Logf("%d rows, %d MB", n, size>>20)
		b.Logf("runner, empty table   %8.2fs   peak memory %d MB", first.wall.Seconds(), first.peak>>20)
		b.Logf("psql, \\copy + upsert  %8.2fs   ratio %.2f", plain.wall.Seconds(), first.wall.Seconds()/plain.wall.Seconds())
		b.Logf("runner, same again    %8.2fs   ratio to psql's first load %.2f   peak memory %d MB", again.wall.Seconds(), again.wall.Seconds()/plain.wall.Seconds(), again.peak>>20)
		b.ReportMetric(first.wall.Seconds()/plain.wall.Seconds(), "first/psql")
		b.ReportMetric(again.wall.Seconds()/plain.wall.Seconds(), "again/psql")
		b.ReportMetric(float64(first.peak>>20), "peak-MB")
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
