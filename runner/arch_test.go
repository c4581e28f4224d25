package main

import (
	"os"
	"strings"
	"testing"
)

// allowed says which packages of this project each package may import, by the last word of their paths. Text flows to the right:
// spec, check, model, plan, run, report. A package that is not in the table fails: to add one is a decision, made here.
var allowed = map[string]string{
	"db":                           "",
	".":                            "", // the example's specs
	"data/generate":                "",
	"data/generate/write":          "generate",
	"runner":                       "cli",
	"runner/cli":                   "*",
	"runner/bench":                 "*",
	"runner/imports":               "expression model spec diag pgsql",
	"runner/spec":                  "diag model",
	"runner/schema":                "spec",
	"runner/spec/spectest":         "", // for tests
	"runner/check":                 "spec model expression trial diag pgsql",
	"runner/model":                 "diag pgsql",
	"runner/trial":                 "expression model report diag",
	"runner/plan":                  "model diag pgsql",
	"runner/run":                   "plan model source report diag pg pgsql ledger feature online dataset expression replace",
	"runner/report":                "diag model",
	"runner/expression":            "model diag pgsql",
	"runner/source":                "model diag parquet",
	"runner/internal/diag":         "",
	"runner/internal/pgsql":        "",
	"runner/internal/pg":           "model diag pgsql db",
	"runner/internal/ledger":       "pg pgsql diag model report db",
	"runner/internal/devpg":        "",
	"runner/internal/devpg/pgtest": "devpg", // for tests
	"runner/internal/target":       "diag",
	"runner/fix":                   "diag",
	"runner/internal/git":          "diag",
	"runner/explain":               "spec check plan diag",
	"runner/review":                "model expression report diag",
	"runner/infer":                 "model spec source expression report pgsql",
	"runner/scaffold":              "streamflow generate",
	"runner/feature":               "model expression diag",
	"runner/online":                "feature model plan pg pgsql diag ledger",
	"runner/online/onlinetest":     "online feature model", // for tests
	"runner/dataset":               "model feature parquet",
	"runner/internal/parquet":      "model diag",
	"runner/internal/replace":      "",
	"runner/exports":               "model diag",
	"runner/serve":                 "feature online run plan model report dataset diag pg",
}

// pure packages compute and nothing else, so that lint needs no database and every plan can be tested without one. (The package source
// opens files, and run, pg, ledger, devpg, target and cli do the rest of the talking to the world.)
var pure = []string{
	"runner/model", "runner/internal/diag", "runner/internal/pgsql", "runner/spec", "runner/schema", "runner/check", "runner/expression", "runner/trial", "runner/plan", "runner/report", "runner/imports", "runner/explain", "runner/review", "runner/fix", "runner/infer", "runner/feature", "runner/dataset", "runner/exports",
}

// worldly are the imports that a pure package may not have, each with everything below it.
var worldly = []string{"os", "net", "syscall", "database/sql", "github.com/jackc/pgx"}

// harmless are packages below a worldly one that only read text.
var harmless = []string{"net/url", "net/netip"}

// owner names the one package that may import a library, so that the library can be exchanged in one place.
var owner = map[string]string{
	"gopkg.in/yaml.v3":                     "runner/spec",
	"github.com/jackc/pgx":                 "runner/internal/pg",
	"github.com/expr-lang/expr":            "runner/expression",
	"github.com/cockroachdb/apd":           "runner/expression",
	"github.com/joho/godotenv":             "runner/internal/target",
	"github.com/spf13/cobra":               "runner/cli",
	"github.com/jedib0t/go-pretty":         "runner/report",
	"github.com/rogpeppe/go-internal/diff": "runner/fix",
	"github.com/parquet-go/parquet-go":     "runner/internal/parquet",
	"github.com/prometheus/client_golang":  "runner/serve",
}

// longest is the most lines a Go file may have. A file that grows beyond it holds two things.
const longest = 500

// houseRules are the rules of the house. Each looks at all files and returns its complaints; names are the tables and columns of the
// example project.
func houseRules(names []string) map[string]func([]goFile) []string {
	return map[string]func([]goFile) []string{
		"imports follow the table":     importsFollowTheTable,
		"libraries have one owner":     librariesHaveOneOwner,
		"pure packages are pure":       purePackagesArePure,
		"only main ends the process":   onlyMainEndsTheProcess,
		"nothing runs before main":     nothingRunsBeforeMain,
		"files are short":              filesAreShort,
		"packages are explained":       packagesAreExplained,
		"exported names are explained": exportedNamesAreExplained,
		"code knows no table":          func(files []goFile) []string { return codeKnowsNoTable(files, names) },
	}
}

// TestArchitecture holds the project against the rules.
func TestArchitecture(t *testing.T) {
	root := os.DirFS("..")
	files := readProject(t, root)
	for name, rule := range houseRules(readExampleNames(t, root)) {
		t.Run(name, func(t *testing.T) {
			for _, fault := range rule(files) {
				t.Error(fault)
			}
		})
	}
}

// TestArchitectureRulesBite breaks each rule on purpose: a rule that never complains guards nothing.
func TestArchitectureRulesBite(t *testing.T) {
	const doc = "// Package p does p.\npackage p\n"
	for _, bad := range []struct{ rule, file, text string }{
		{"imports follow the table", "runner/plan/a.go", doc + `import _ "streamflow/runner/internal/pg"`},
		{"imports follow the table", "runner/model/a.go", doc + `import _ "streamflow/runner/spec"`},
		{"imports follow the table", "runner/somewhere/a.go", doc},
		{"libraries have one owner", "runner/check/a.go", doc + `import _ "gopkg.in/yaml.v3"`},
		{"libraries have one owner", "runner/run/a.go", doc + `import _ "github.com/jackc/pgx/v5/pgconn"`},
		{"pure packages are pure", "runner/plan/a.go", doc + `import _ "os"`},
		{"pure packages are pure", "runner/plan/a.go", doc + `import _ "os/exec"`},
		{"pure packages are pure", "runner/model/a.go", doc + `import _ "net/http"`},
		{"pure packages are pure", "runner/expression/a.go", doc + `import _ "github.com/jackc/pgx/v5"`},
		{"pure packages are pure", "runner/check/a.go", doc + "import \"time\"\nvar now = time.Now()"},
		{"only main ends the process", "runner/cli/a.go", doc + "import \"os\"\nfunc f() { os.Exit(1) }"},
		{"nothing runs before main", "runner/source/a.go", doc + "func init() {}"},
		{"files are short", "runner/run/a.go", doc + strings.Repeat("// line\n", longest)},
		{"packages are explained", "runner/run/a.go", "package run"},
		{"packages are explained", "runner/bench/a_test.go", "package bench"},
		{"exported names are explained", "runner/run/a.go", doc + "func Exported() {}"},
		{"exported names are explained", "runner/run/a.go", doc + "// T is t.\ntype T int\nfunc (t *T) Exported() {}"},
		{"exported names are explained", "runner/run/a.go", doc + "// Both are not enough.\ntype (\n\tA int\n)"},
		{"exported names are explained", "runner/run/a.go", doc + "const Exported = 1"},
		{"code knows no table", "runner/run/a.go", doc + `const q = "select fee_paid"`},
		{"code knows no table", "runner/run/a.go", doc + "// such as fee_paid, say"},
		{"code knows no table", "runner/run/a.go", doc + `const q = "select from members"`},
	} {
		f, err := parseGo(bad.file, bad.text)
		if err != nil {
			t.Fatalf("%s: %v in %q", bad.rule, err, bad.text)
		}
		rule := houseRules([]string{"members", "fee_paid"})[bad.rule]
		if faults := rule([]goFile{f}); len(faults) != 1 {
			t.Errorf("%s: got %q for %s, want one complaint:\n%s", bad.rule, faults, bad.file, bad.text)
		}
	}
}

// TestArchitectureRulesAllow shows what the rules have nothing against.
func TestArchitectureRulesAllow(t *testing.T) {
	for name, text := range map[string]string{
		"runner/main.go": "// Command runner runs.\npackage main\nimport (\n\"os\"\n\"streamflow/runner/cli\"\n)\nfunc main() { os.Exit(cli.Main()) }",
		"runner/internal/pg/a.go": `// Package pg talks to Postgres.
			package pg
			import (
				"time"
				"github.com/jackc/pgx/v5"
				"streamflow/runner/model"
			)
			// Members are fine as a word of a comment, and now is what the clock says.
			var Members, _ = pgx.Connect(model.At(time.Now()))`,
	} {
		f, err := parseGo(name, text)
		if err != nil {
			t.Fatal(err)
		}
		for rule, complain := range houseRules([]string{"members", "fee_paid"}) {
			for _, fault := range complain([]goFile{f}) {
				t.Errorf("%s: %s", rule, fault)
			}
		}
	}
}
