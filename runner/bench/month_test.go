package bench

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"streamflow/runner/check"
	"streamflow/runner/internal/devpg/pgtest"
	"streamflow/runner/internal/pg"
	"streamflow/runner/run"
	"streamflow/runner/spec"
)

var copyStatement = regexp.MustCompile(`^COPY (pg_temp\."stage_(.+)") \(.*\) FROM STDIN$`)

// monthScript records every statement that runner sends for the example's second month, and writes them down as a psql script: the
// same SQL, with \copy of the same files where runner streams its rows.
func monthScript(b *testing.B, root, url, asOf string) string {
	b.Helper()
	tree, faults := spec.Load(os.DirFS(root), nil)
	project, more := check.Check(tree)
	if project == nil {
		b.Fatal(faults, more)
	}
	db, err := pg.Open(context.Background(), url, "")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var script strings.Builder
	folder := "data/seeds/month_001"
	db.Trace(func(sql string) {
		if m := copyStatement.FindStringSubmatch(sql); m != nil {
			file := folder + "/" + m[2] + ".csv"
			sql = `\copy ` + m[1] + " (" + header(b, filepath.Join(root, file)) + ") FROM '" + file + "' (FORMAT csv, HEADER)\n"
		} else {
			sql += ";\n"
		}
		script.WriteString(sql)
	})
	rep := run.Apply(context.Background(), run.Config{DB: db, Root: root, Project: project, Pipeline: project.Pipelines[0],
		Params: map[string]string{"as_of": asOf}, Getenv: func(string) string { return "" }, Now: time.Now})
	if rep.ExitCode != 0 {
		b.Fatal(rep.Errors)
	}
	return script.String()
}

func header(b *testing.B, file string) string {
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// BenchmarkMonth applies the example's second month on a warm database that holds the first one: by runner, and by the same statements
// in one psql script. Each time has a database of its own, and the two take turns.
func BenchmarkMonth(b *testing.B) {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	bin := build(b)
	january := func() string {
		url := pgtest.Database(b)
		timed(b, root, []string{"DATABASE_URL=" + url}, "", bin, "apply", "monthly", "-p", "as_of=2024-01-31")
		return url
	}
	script := monthScript(b, root, january(), "2024-02-29")
	const pairs = 9
	var ours, theirs []time.Duration
	for range b.N {
		for range pairs {
			ours = append(ours, timed(b, root, []string{"DATABASE_URL=" + january()}, "", bin, "apply", "monthly", "-p", "as_of=2024-02-29").wall)
			theirs = append(theirs, psql(b, root, january(), script).wall)
		}
	}
	mine, plain := median(ours), median(theirs)
	b.Logf("runner  median %v of %d   psql, the same statements  median %v   ratio %.2f", mine.Round(time.Millisecond), len(ours),
		plain.Round(time.Millisecond), mine.Seconds()/plain.Seconds())
	b.ReportMetric(mine.Seconds()/plain.Seconds(), "runner/psql")
	b.ReportMetric(float64(mine.Milliseconds()), "runner-ms")
}
