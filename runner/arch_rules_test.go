package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// goFile is one parsed file. Its path and folder are relative to the root of the project.
type goFile struct {
	path, folder string
	test         bool
	text         string
	set          *token.FileSet
	tree         *ast.File
}

func parseGo(name, text string) (goFile, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return goFile{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), text, set, tree}, err
}

// at returns file:line of a node.
func (f goFile) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.path, f.set.Position(n.Pos()).Line)
}

// imports returns the paths that the file imports.
func (f goFile) imports() []string {
	var paths []string
	for _, i := range f.tree.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths
}

// under tells whether an import is the package or one below it. A major version is not a package of its own: pgx/v5 is under pgx.
func under(imported, pkg string) bool { return imported == pkg || strings.HasPrefix(imported, pkg+"/") }

func importsFollowTheTable(files []goFile) (faults []string) {
	for _, f := range files {
		may, known := allowed[f.folder]
		if !known {
			faults = append(faults, fmt.Sprintf("%s: package %s is not in the table of allowed imports in runner/arch_test.go", f.path, f.folder))
			continue
		}
		for _, imported := range f.imports() {
			ours := under(imported, "streamflow")
			if ours && !f.test && may != "*" && !slices.Contains(strings.Fields(may), path.Base(imported)) {
				faults = append(faults, fmt.Sprintf("%s: %s may not import %s, only: %s", f.path, f.folder, imported, may))
			}
		}
	}
	return faults
}

func librariesHaveOneOwner(files []goFile) (faults []string) {
	for _, f := range files {
		for _, imported := range f.imports() {
			for library, folder := range owner {
				if under(imported, library) && f.folder != folder && !f.test {
					faults = append(faults, fmt.Sprintf("%s: only %s may import %s", f.path, folder, library))
				}
			}
		}
	}
	return faults
}

func purePackagesArePure(files []goFile) (faults []string) {
	for _, f := range files {
		if f.test || !slices.Contains(pure, f.folder) {
			continue
		}
		for _, imported := range f.imports() {
			if !slices.Contains(harmless, imported) && slices.ContainsFunc(worldly, func(w string) bool { return under(imported, w) }) {
				faults = append(faults, fmt.Sprintf("%s: pure package %s imports %s", f.path, f.folder, imported))
			}
		}
		for _, clock := range []string{"Now", "Since", "Until", "Sleep", "After", "Tick"} {
			for _, use := range uses(f, "time", clock) {
				faults = append(faults, fmt.Sprintf("%s: pure package %s uses time.%s: take the time as an argument", f.at(use), f.folder, clock))
			}
		}
	}
	return faults
}

// uses finds package.name in a file.
func uses(f goFile, pkg, name string) (found []ast.Node) {
	ast.Inspect(f.tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == name {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

func nothingRunsBeforeMain(files []goFile) (faults []string) {
	for _, f := range files {
		for _, d := range f.tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				faults = append(faults, f.at(fn)+": init() runs behind the reader's back: use a list of values")
			}
		}
	}
	return faults
}

func onlyMainEndsTheProcess(files []goFile) (faults []string) {
	for _, f := range files {
		if f.test || f.tree.Name.Name == "main" && path.Base(f.path) == "main.go" {
			continue
		}
		for _, end := range [][2]string{{"os", "Exit"}, {"log", "Fatal"}, {"log", "Fatalf"}, {"log", "Fatalln"}} {
			for _, use := range uses(f, end[0], end[1]) {
				faults = append(faults, fmt.Sprintf("%s: %s.%s outside main.go: return an error", f.at(use), end[0], end[1]))
			}
		}
	}
	return faults
}

func filesAreShort(files []goFile) (faults []string) {
	for _, f := range files {
		if lines := strings.Count(f.text, "\n"); lines > longest {
			faults = append(faults, fmt.Sprintf("%s has %d lines, at most %d: it holds two things, part them", f.path, lines, longest))
		}
	}
	return faults
}

func packagesAreExplained(files []goFile) (faults []string) {
	explained := map[string]bool{}
	for _, f := range files {
		// The tests of a package do not explain it, unless there is nothing but tests.
		onlyTests := !slices.ContainsFunc(files, func(o goFile) bool { return o.folder == f.folder && !o.test })
		explained[f.folder] = explained[f.folder] || f.tree.Doc != nil && (!f.test || onlyTests)
	}
	for folder, ok := range explained {
		if !ok {
			faults = append(faults, folder+": no file has a package comment")
		}
	}
	return faults
}

func exportedNamesAreExplained(files []goFile) (faults []string) {
	for _, f := range files {
		if f.test {
			continue
		}
		for _, d := range f.tree.Decls {
			for _, name := range unexplained(d) {
				faults = append(faults, fmt.Sprintf("%s: %s has no doc comment", f.at(name), name.Name))
			}
		}
	}
	return faults
}

// unexplained returns the exported names of a declaration that nobody wrote a comment for. One comment serves a whole group of values,
// but every type and function needs its own.
func unexplained(d ast.Decl) (names []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && receiverExported(d) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
					names = append(names, s.Name)
				}
			case *ast.ValueSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil {
					names = append(names, slices.DeleteFunc(slices.Clone(s.Names), func(n *ast.Ident) bool { return !n.IsExported() })...)
				}
			}
		}
	}
	return names
}

// receiverExported tells whether a function is one, or a method of an exported type.
func receiverExported(d *ast.FuncDecl) bool {
	exported := true
	if d.Recv != nil {
		ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				exported = name.IsExported()
				return false
			}
			return true
		})
	}
	return exported
}

// codeKnowsNoTable finds names of the example project in code. A name with an underscore may appear nowhere, not even in a comment; one
// without, such as a table named by a common word, may not appear in a string.
func codeKnowsNoTable(files []goFile, names []string) (faults []string) {
	var long, short []string
	for _, name := range names {
		if quoted := regexp.QuoteMeta(name); strings.Contains(name, "_") {
			long = append(long, quoted)
		} else {
			short = append(short, quoted)
		}
	}
	anywhere := regexp.MustCompile(`\b(` + strings.Join(long, "|") + `)\b`)
	inStrings := regexp.MustCompile(`\b(` + strings.Join(short, "|") + `)\b`)
	for _, f := range files {
		if f.test || f.folder == "data/generate" {
			continue
		}
		for number, line := range strings.Split(f.text, "\n") {
			if found := anywhere.FindString(line); found != "" {
				faults = append(faults, fmt.Sprintf("%s:%d: %s is a name of the example project: the code knows no table", f.path, number+1, found))
			}
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
				if found := inStrings.FindString(s.Value); found != "" {
					faults = append(faults, fmt.Sprintf("%s: %q is a table of the example project: the code knows no table", f.at(s), found))
				}
			}
			return true
		})
	}
	return faults
}

// readExampleNames returns the tables, the snapshots and the columns with an underscore that the example's pipelines declare.
func readExampleNames(t *testing.T, root fs.FS) (names []string) {
	t.Helper()
	specs, _ := fs.Glob(root, "pipelines/*.yaml")
	for _, spec := range specs {
		text, err := fs.ReadFile(root, spec)
		if err != nil {
			t.Fatal(err)
		}
		var pipeline struct {
			Tables    map[string]struct{ Columns map[string]any }
			Snapshots map[string]any
		}
		if err := yaml.Unmarshal(text, &pipeline); err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		for table, declared := range pipeline.Tables {
			names = append(names, table)
			for column := range declared.Columns {
				if strings.Contains(column, "_") {
					names = append(names, column)
				}
			}
		}
		for snapshot := range pipeline.Snapshots {
			names = append(names, snapshot)
		}
	}
	if len(names) == 0 {
		t.Fatal("no names found in pipelines/*.yaml: is the example project gone?")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// readProject parses every Go file of the project, those under testdata and in hidden folders aside.
func readProject(t *testing.T, root fs.FS) (files []goFile) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		base := path.Base(name)
		if err != nil || entry.IsDir() && name != "." && (base == "testdata" || base == "bin" || strings.HasPrefix(base, ".")) {
			return cmp.Or(err, fs.SkipDir)
		}
		if entry.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parseGo(name, string(text))
		files = append(files, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
