// Command runner loads periodic exports into PostgreSQL as YAML specs say. README.md beside this file is the map of the code.
package main

import (
	"os"

	"streamflow/runner/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
