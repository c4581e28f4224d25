// Command write puts the seeds of the example project into a folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"streamflow/data/generate"
)

func main() {
	out := flag.String("out", "data/seeds", "folder to write the seeds to")
	flag.Parse()
	if err := write(*out, generate.Exports()); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}

// write puts every export below the folder, which is made where it is missing.
func write(folder string, files []generate.Export) error {
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Content, 0o644); err != nil {
			return err
		}
		fmt.Println(path)
	}
	return nil
}
