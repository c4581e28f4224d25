package git

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// At returns the specs below root, the absolute folder of a project, as they were in the commit REF: every *.yaml and *.yml, under its path
// relative to root. Everything is in memory; nothing is checked out. Files that are links, or that another repository holds (a submodule), are
// not among them.
func At(root, ref string) (fs.FS, error) {
	commit, err := resolve(root, ref)
	if err != nil {
		return nil, err
	}
	listing, err := run(root, nil, "ls-tree", "-r", "-z", commit)
	if err != nil {
		return nil, err
	}
	var names []string
	var objects bytes.Buffer
	for _, entry := range records(listing) { // mode SP type SP object TAB path
		about, name, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(about)
		if ext := strings.ToLower(path.Ext(name)); len(fields) == 3 && strings.HasPrefix(fields[0], "100") && (ext == ".yaml" || ext == ".yml") {
			names = append(names, name)
			objects.WriteString(fields[2] + "\n")
		}
	}
	contents, err := run(root, objects.Bytes(), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return archive(names, contents)
}

// archive makes a file system of what git cat-file --batch printed for the names: for each a line OBJECT SP TYPE SP SIZE, that many bytes and a
// line feed. An archive in memory is the file system that the standard library has.
func archive(names []string, contents []byte) (fs.FS, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		head, rest, _ := bytes.Cut(contents, []byte("\n"))
		fields := strings.Fields(string(head))
		size, err := 0, error(nil)
		if len(fields) == 3 {
			size, err = strconv.Atoi(fields[2])
		}
		if len(fields) != 3 || err != nil || size >= len(rest) {
			return nil, &Error{Message: "git cat-file: " + name + " cannot be read: " + string(head), Hint: "git fsck tells what is missing"}
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = f.Write(rest[:size])
		}
		if err != nil {
			return nil, &Error{Message: name + ": " + err.Error()}
		}
		contents = rest[size+1:]
	}
	if err := w.Close(); err != nil {
		return nil, &Error{Message: err.Error()}
	}
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		return nil, &Error{Message: err.Error()}
	}
	return r, nil
}
