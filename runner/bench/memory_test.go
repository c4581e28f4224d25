package bench

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// BenchmarkFeatureMemory shows that memory does not grow with data: the peak of each command above that of a program that only says its version,
// for a tenth of the entities and for all of them.
func BenchmarkFeatureMemory(b *testing.B) {
	entities := size(b, "RUNNER_BENCH_ENTITIES", 1_000_000)
	for range b.N {
		small, large := measureMemory(b, entities/10), measureMemory(b, entities)
		for i, one := range large {
			b.Logf("%-24s %d entities: %3d MB above start   %d entities: %3d MB", one.name, entities/10, small[i].peak>>20, entities, one.peak>>20)
			b.ReportMetric(float64(one.peak>>20), strings.ReplaceAll(one.name, " ", "-")+"-MB")
		}
	}
}

// peak is the memory of a command, in bytes above that of a program that does nothing.
type peak struct {
	name string
	peak int64
}

func measureMemory(b *testing.B, entities int) []peak {
	s := newStore(b, 4, 4)
	s.fill(entities, 2)
	s.freeze("asked_monthly", "id, as_of, label", "'k' || lpad(i::text, 8, '0'), d, i % 2 = 0", entities, 2)
	start := timed(b, s.dir, nil, "", s.bin, "version").peak
	var out []peak
	for _, args := range [][]string{{"materialize"}, {"training", "build", "filled", "--replace"}, {"features", "check", "--all"}} {
		out = append(out, peak{strings.Join(args[:min(2, len(args))], " "), timed(b, s.dir, s.env(), "", s.bin, args...).peak - start})
	}
	return append(out, peak{"serve", s.serving(entities) - start})
}

// serving is the peak of a server that was asked by eight clients for a while, one entity and a hundred at a time.
func (s *store) serving(entities int) int64 {
	addr := freeAddr(s.B)
	program := exec.Command(s.bin, "serve", "--addr", addr)
	program.Dir, program.Env = s.dir, append(os.Environ(), s.env()...)
	begin(s.B, program, addr, "/health")
	together(s.B, 8, 5*time.Second, func(c *client, r *rand.Rand) {
		c.one("http://"+addr, someKeys(r, entities, 1)[0])
		c.several("http://"+addr, someKeys(r, entities, 100))
	})
	return resident(program.Process.Pid)
}
