package source

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

func benchText(rows int) string {
	var b strings.Builder
	b.WriteString("id,name,amount,ratio,count,active,since,note\n")
	for i := range rows {
		active := "True"
		if i%3 == 0 {
			active = "False"
		}
		fmt.Fprintf(&b, "%07d-ABCDE,Customer %d,%d.%02d,%d.%015d,%d,%s,2024-%02d-%02d,some text that is here\n", i, i%1000, i%500, i%100, i%50, i*7919, i%100000, active, i%12+1, i%28+1)
	}
	return b.String()
}

func benchmark(b *testing.B, spec, text string) {
	req := request(b, spec, text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		res, err := Copy(context.Background(), req, io.Discard)
		if err != nil || len(res.Faults) > 0 {
			b.Fatal(err, lines(res.Faults))
		}
	}
}

// BenchmarkCopy reads text, numbers, booleans and dates of usual lengths.
func BenchmarkCopy(b *testing.B) {
	benchmark(b, "id text;name text;amount numeric(10,2);ratio numeric;count integer;active boolean;since date;note text", benchText(200_000))
}

// BenchmarkQuoted reads the same with every field quoted.
func BenchmarkQuoted(b *testing.B) {
	var q strings.Builder
	for line := range strings.Lines(benchText(200_000)) {
		q.WriteString(`"` + strings.ReplaceAll(strings.TrimSuffix(line, "\n"), ",", `","`) + "\"\n")
	}
	benchmark(b, "id text;name text;amount numeric(10,2);ratio numeric;count integer;active boolean;since date;note text", q.String())
}

// BenchmarkNarrow reads two short columns, where the work for each record shows most.
func BenchmarkNarrow(b *testing.B) {
	var t strings.Builder
	t.WriteString("id,n\n")
	for i := range 500_000 {
		fmt.Fprintf(&t, "%07d-ABCDE,%d\n", i, i%10)
	}
	benchmark(b, "id text;n integer", t.String())
}
