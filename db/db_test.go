package db_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamflow/db"
)

// Every statement is used, and every statement used is here.
func TestEveryStatementIsUsed(t *testing.T) {
	var code strings.Builder
	for _, pattern := range []string{"../runner/internal/ledger/*.go", "../runner/internal/pg/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			code.Write(text)
		}
	}
	files, err := filepath.Glob("query/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".sql")
		if !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("nobody asks %s", f)
		}
		if db.Query(name) == "" {
			t.Errorf("%s is empty", f)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown statement did not panic")
		}
	}()
	db.Query("unheard_of")
}

func TestMigrationsAreInOrder(t *testing.T) {
	files, err := db.Migrations()
	if err != nil || len(files) == 0 || !strings.Contains(files[0], "CREATE TABLE runner.runs") {
		t.Errorf("%d files, %v", len(files), err)
	}
	names, err := filepath.Glob("schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names { // two files of one number would change their order when a third comes
		if want := fmt.Sprintf("%03d_", i+1); !strings.HasPrefix(filepath.Base(name), want) {
			t.Errorf("%s should be number %s", name, want)
		}
	}
}
