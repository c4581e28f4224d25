package infer_test

import (
	"context"
	"fmt"
	"testing"

	"streamflow/runner/source"
)

// BenchmarkPropose reads rows of eight usual columns. The bytes are those of the file; it is read twice, the second time for the key.
func BenchmarkPropose(b *testing.B) {
	text := usual()
	in := input(b, "events", text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		propose(b, in)
	}
}

// BenchmarkScan reads the same once and looks at nothing.
func BenchmarkScan(b *testing.B) {
	text := usual()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := source.Scan(context.Background(), source.ScanRequest{File: file("events.csv", text), Header: func([]string) error { return nil }, Row: func([]source.Cell) {}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCopy reads the same once as it is proposed to be declared: what apply does before the database.
func BenchmarkCopy(b *testing.B) {
	text := usual()
	project, _ := lint(propose(b, input(b, "events", text)))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		load(b, project.Pipelines[0].Loads[0], text)
	}
}

func usual() string {
	return rows("event_id,customer,amount,kind,created,active,note,qty", 20_000, func(i int) string {
		return fmt.Sprintf("%d,C%06d,%d.%02d,%s,2024-%02d-%02d,%s,note %d,%d", i+1, i*7919%5000, i%900, i%100, []string{"web", "app", "shop"}[i%3], i%12+1, i%28+1,
			[]string{"true", "false", ""}[i%3], i*31, i%50)
	})
}

// BenchmarkSmall is the cost of a file of three rows.
func BenchmarkSmall(b *testing.B) {
	in := input(b, "events", "id,name\n1,a\n2,b\n3,c\n")
	for b.Loop() {
		propose(b, in)
	}
}
