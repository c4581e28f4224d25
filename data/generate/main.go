// Command generate writes the seeds of the example project: six CSV exports for each of two months.
//
// The customers are invented. What is kept of the public lab that the example retells is the shape: table and column names, how many
// customers there are, how many answer yes to what, and how many rows change from the first month to the second. That shape is what
// makes the example worth running: half a table that stays the same, NULL booleans, long decimals, a column that never varies.
//
// The same bytes come out on every machine and every day: the dice are seeded, and no floating point is used.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("out", "data/seeds", "folder to write the seeds to")
	flag.Parse()
	if err := write(*out, exports()); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write puts every export below the folder, which is made where it is missing.
func write(folder string, files []export) error {
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.content, 0o644); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}
