package expression_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"streamflow/runner/expression"
)

// TestFloatsPrintAsInPostgres holds the shortest decimals of floats against those of Postgres: powers of two, whose neighbours lie at
// different distances and in whose middle decimals may lie, and floats at random.
func TestFloatsPrintAsInPostgres(t *testing.T) {
	conn := connect(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 4))
	for name, bits := range map[string]int{"real": 32, "double precision": 64} {
		var written []string
		add := func(f float64) { written = append(written, strconv.FormatFloat(f, 'e', 17, 64)) }
		for e := -116; e < 116; e++ {
			add(math.Ldexp(1, e))
			add(math.Ldexp(3, e))
			add(math.Ldexp(float64(1+r.IntN(1000)), e))
		}
		for range 3000 {
			if bits == 32 {
				add(float64(math.Float32frombits(r.Uint32()&0x7f7fffff | 1<<24))) // finite and normal
			} else {
				add(math.Float64frombits(r.Uint64()&0x7fefffffffffffff | 1<<53))
			}
		}
		rows, err := conn.Query(context.Background(), "SELECT t, (t::"+name+")::text FROM unnest($1::text[]) AS r(t)", written)
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for rows.Next() {
			var text, want string
			if err := rows.Scan(&text, &want); err != nil {
				t.Fatal(err)
			}
			v, err := expression.ParseDatum(text, typ(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if got := expression.FormatDatum(v, typ(t, name)); got != want && wrong < 10 {
				wrong++
				t.Errorf("seed %d: %s as %s is %s, Postgres says %s", seed, text, name, got, want)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
