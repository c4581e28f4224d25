package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"streamflow/runner/internal/devpg"
)

// pool is how many connections each server has.
const pool = 4

// TestBareServer is no test: the benchmark starts it as a process of its own, to be what one would write by hand. It answers GET
// /bare/KEY with one prepared SELECT by primary key on one table, as JSON.
func TestBareServer(t *testing.T) {
	url, addr := os.Getenv("RUNNER_BENCH_BARE_URL"), os.Getenv("RUNNER_BENCH_BARE_ADDR")
	if url == "" {
		t.Skip("BenchmarkOnline starts it")
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = pool
	db, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	http.HandleFunc("GET /bare/{key}", func(w http.ResponseWriter, r *http.Request) {
		rows, err := db.Query(r.Context(), "SELECT * FROM bare WHERE id = $1", r.PathValue("key"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToMap)
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(row)
	})
	t.Fatal(http.ListenAndServe(addr, nil))
}

// freeAddr is an address that nobody listens on.
func freeAddr(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// begin starts a server, waits until it answers at the path, and ends it with the benchmark.
func begin(b *testing.B, cmd *exec.Cmd, addr, path string) *exec.Cmd {
	b.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + addr + path); err == nil {
			_ = answer.Body.Close()
			return cmd
		}
	}
	b.Fatalf("%v does not answer: %s", cmd.Args, said.String())
	return nil
}

// client asks, and keeps its connections.
type client struct {
	*testing.B
	http.Client
}

func newClient(b *testing.B) *client {
	return &client{b, http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}}
}

// one asks for the features of one entity.
func (c *client) one(server, key string) time.Duration {
	return c.ask(server+"/features/"+key+"?service=all_views", "")
}

// several asks for those of several entities, as Feast's client does.
func (c *client) several(server string, keys []string) time.Duration {
	body, err := json.Marshal(map[string]any{"feature_service": "all_views", "entities": map[string]any{"id": keys}})
	if err != nil {
		c.Fatal(err)
	}
	return c.ask(server+"/get-online-features", string(body))
}

// bare asks the handler written by hand.
func (c *client) bare(server, key string) time.Duration { return c.ask(server+"/bare/"+key, "") }

// ask sends one request and reads the whole answer, which must be 200.
func (c *client) ask(url, body string) time.Duration {
	c.Helper()
	start := time.Now()
	var answer *http.Response
	var err error
	if body == "" {
		answer, err = c.Get(url)
	} else {
		answer, err = c.Post(url, "application/json", strings.NewReader(body))
	}
	if err != nil {
		c.Error(err)
		return 0
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK {
		c.Errorf("%s %s: %d %s %v", url, body, answer.StatusCode, text, err)
	}
	return time.Since(start)
}

// quantile of times, which it sorts.
func quantile(times []time.Duration, q float64) time.Duration {
	slices.Sort(times)
	return times[int(float64(len(times)-1)*q)]
}

// together sends requests of several clients at once for a while and returns how many were answered in a second.
func together(b *testing.B, clients int, d time.Duration, one func(c *client, r *rand.Rand)) float64 {
	var all sync.WaitGroup
	var mu sync.Mutex
	total, start := 0, time.Now()
	for i := range clients {
		all.Go(func() {
			c, r, n := newClient(b), rand.New(rand.NewPCG(uint64(i), 7)), 0
			for time.Since(start) < d && !b.Failed() {
				one(c, r)
				n++
			}
			mu.Lock()
			total += n
			mu.Unlock()
		})
	}
	all.Wait()
	return float64(total) / time.Since(start).Seconds()
}

// kth is the k-th key, counted from 1.
func kth(k int) string { return fmt.Sprintf("k%08d", k) }

// someKeys are random keys; all of them are online, because none is missing in two months that follow each other.
func someKeys(r *rand.Rand, entities, n int) []string {
	var out []string
	for len(out) < n {
		out = append(out, kth(1+r.IntN(entities)))
	}
	return out
}

// servers are the two that are compared.
type servers struct{ ours, bare string }

// serve brings the views online and starts both servers on the same database.
func (s *store) serve(entities int) servers {
	s.fill(entities, 2)
	timed(s.B, s.dir, s.env(), "", s.bin, "materialize")
	s.exec("CREATE TABLE bare AS SELECT * FROM online." + s.views[0] + "; ALTER TABLE bare ADD PRIMARY KEY (id)")
	s.exec("VACUUM ANALYZE bare")
	ours, bare := freeAddr(s.B), freeAddr(s.B)
	program := exec.Command(s.bin, "serve", "--addr", ours, "--read-pool", strconv.Itoa(pool))
	program.Dir, program.Env = s.dir, append(os.Environ(), append(s.env(), fmt.Sprintf("GOMAXPROCS=%d", runtime.GOMAXPROCS(0)))...)
	begin(s.B, program, ours, "/health")
	plain := exec.Command(os.Args[0], "-test.run=^TestBareServer$", "-test.timeout=0")
	plain.Env = append(os.Environ(), "RUNNER_BENCH_BARE_URL="+s.url, "RUNNER_BENCH_BARE_ADDR="+bare)
	begin(s.B, plain, bare, "/bare/"+kth(1))
	return servers{"http://" + ours, "http://" + bare}
}

// BenchmarkOnline asks for one entity of four views over HTTP, kept alive, and in turn for one row of one table of a handler written by hand, which is
// a process of its own as the program is. Then it asks for a hundred entities at once, and lets eight clients ask at once beside pgbench, which
// asks the database alone.
func BenchmarkOnline(b *testing.B) {
	entities, requests := size(b, "RUNNER_BENCH_ENTITIES", 1_000_000), size(b, "RUNNER_BENCH_REQUESTS", 3000)
	s := newStore(b, 4, 4)
	at := s.serve(entities)
	r, c := rand.New(rand.NewPCG(1, 1)), newClient(b)
	key := func(r *rand.Rand) string { return someKeys(r, entities, 1)[0] }
	for range b.N {
		var ours, theirs, single, hundred []time.Duration
		for i := range requests + 200 {
			o, t := c.one(at.ours, key(r)), c.bare(at.bare, key(r))
			one, h := c.several(at.ours, someKeys(r, entities, 1)), c.several(at.ours, someKeys(r, entities, 100))
			if i >= 200 { // the first ones are warming up
				ours, theirs, single, hundred = append(ours, o), append(theirs, t), append(single, one), append(hundred, h)
			}
		}
		p50, p99 := quantile(ours, 0.5), quantile(ours, 0.99)
		bare50, bare99 := quantile(theirs, 0.5), quantile(theirs, 0.99)
		of1, of100 := quantile(single, 0.5), quantile(hundred, 0.5)
		b.Logf("GET, one entity, 4 views    p50 %v  p99 %v", p50, p99)
		b.Logf("bare handler, one SELECT    p50 %v  p99 %v   ratio of p50 %.2f, of p99 %.2f", bare50, bare99, p50.Seconds()/bare50.Seconds(), p99.Seconds()/bare99.Seconds())
		b.Logf("POST, 1 and 100 entities    p50 %v and %v   ratio %.2f", of1, of100, of100.Seconds()/of1.Seconds())
		b.ReportMetric(p50.Seconds()/bare50.Seconds(), "p50/bare")
		b.ReportMetric(of100.Seconds()/of1.Seconds(), "batch100/one")
		const clients, while = 8, 5 * time.Second
		perSecond := together(b, clients, while, func(c *client, r *rand.Rand) { c.one(at.ours, key(r)) })
		bareSecond := together(b, clients, while, func(c *client, r *rand.Rand) { c.bare(at.bare, key(r)) })
		alone := s.pgbench(entities, clients, int(while.Seconds()))
		b.Logf("%d clients at once: %.0f requests per second, the bare handler %.0f, pgbench alone %.0f transactions", clients, perSecond, bareSecond, alone)
		b.ReportMetric(perSecond, "requests/s")
		b.ReportMetric(perSecond/alone, "of-pgbench")
	}
}

// pgbench is the rate of the bare handler's SELECT, prepared, without anything between it and the database.
func (s *store) pgbench(entities, clients, seconds int) float64 {
	program, err := devpg.Client(os.Getenv, "pgbench")
	if err != nil {
		s.Log("pgbench is not there: ", err)
		return math.NaN()
	}
	script := filepath.Join(s.dir, "select.pgbench")
	write(s.B, script, fmt.Sprintf("\\set k random(1, %d)\nSELECT * FROM bare WHERE id = 'k' || lpad((:k)::text, 8, '0');\n", entities))
	out, err := exec.Command(program, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(seconds), "-f", script, s.url).CombinedOutput()
	if err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
	m := regexp.MustCompile(`tps = ([0-9.]+)`).FindSubmatch(out)
	if m == nil {
		s.Fatalf("pgbench said: %s", out)
	}
	tps, _ := strconv.ParseFloat(string(m[1]), 64)
	return tps
}
