package cli

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"streamflow/runner/source"
)

// months are the files that infer was given: one folder, or several of which each is a month.
type months struct {
	dirs  []string            // relative to the project, with slashes
	files map[string][]string // names of the files in each folder, sorted
	asOf  []string            // of each folder; empty when they are not known
	loose bool                // several folders, and no months: each file is a table of its own
	notes []string
}

// findMonths sorts files and folders into months.
func findMonths(root string, args []string) (*months, error) {
	m := &months{files: map[string][]string{}}
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, usage("give files or folders that exist", "there is no %s", arg)
		}
		rel, err := inside(root, arg)
		if err != nil {
			return nil, usage("copy or move the data into the project, or name its folder with --project: a spec may not lead out of it", "%s is outside of the project %s", arg, root)
		}
		if !info.IsDir() {
			if _, ok := source.Stem(rel); !ok {
				return nil, usage("known endings: "+strings.Join(endings(), ", ")+", also with .gz or .zst behind", "the ending of %s does not tell its format", arg)
			}
			m.add(path.Dir(rel), path.Base(rel))
			continue
		}
		if err := m.addFolder(root, rel); err != nil {
			return nil, err
		}
	}
	if len(m.dirs) == 0 {
		return nil, usage("known endings: "+strings.Join(endings(), ", "), "there are no data files in %s", strings.Join(args, ", "))
	}
	return m, m.compare()
}

func endings() (out []string) {
	for _, f := range source.Formats {
		out = append(out, f.Extensions...)
	}
	return out
}

func (m *months) add(dir, file string) {
	if !slices.Contains(m.dirs, dir) {
		m.dirs = append(m.dirs, dir)
	}
	if !slices.Contains(m.files[dir], file) {
		m.files[dir] = append(m.files[dir], file)
	}
}

// addFolder adds the data files of a folder, or those of each folder in it.
func (m *months) addFolder(root, dir string) error {
	here, below, left, err := readFolder(root, dir)
	if err != nil {
		return err
	}
	if len(here) == 0 {
		for _, sub := range below {
			files, _, rest, err := readFolder(root, sub)
			if err != nil {
				return err
			}
			if len(files) == 0 {
				continue
			}
			for _, f := range files {
				m.add(sub, f)
			}
			left = append(left, rest...)
		}
	}
	for _, f := range here {
		m.add(dir, f)
	}
	if len(left) > 0 {
		m.notes = append(m.notes, "left out, because no format with such an ending is read: "+strings.Join(left, ", "))
	}
	return nil
}

// readFolder returns the data files of a folder, the folders in it, and the other files.
func readFolder(root, dir string) (files, folders, others []string, err error) {
	entries, err := os.ReadDir(filepath.Join(root, filepath.FromSlash(dir)))
	if err != nil {
		return nil, nil, nil, surrounding("", err)
	}
	for _, e := range entries {
		name := e.Name()
		full := path.Join(dir, name)
		info, err := os.Stat(filepath.Join(root, filepath.FromSlash(full))) // a link counts as what it leads to
		if strings.HasPrefix(name, ".") || err != nil {
			continue
		}
		_, known := source.Stem(name)
		switch {
		case info.IsDir():
			folders = append(folders, full)
		case known:
			files = append(files, name)
		default:
			others = append(others, full)
		}
	}
	return files, folders, others, nil
}

// compare tells months from folders of different things, and refuses what is neither.
func (m *months) compare() error {
	slices.Sort(m.dirs)
	owner := map[string]string{} // of each name, the first folder that has it
	shared := false
	for _, dir := range m.dirs {
		slices.Sort(m.files[dir])
		stems := map[string]string{}
		for _, f := range m.files[dir] {
			stem, _ := source.Stem(f)
			if other, twice := stems[stem]; twice {
				return usage("give one of them", "%s/%s and %s are both the table %s", dir, other, f, stem)
			}
			stems[stem] = f
			if _, ok := owner[f]; ok {
				shared = true
			} else {
				owner[f] = dir
			}
		}
	}
	if len(m.dirs) > 1 && !shared {
		m.loose = true
		return nil
	}
	for _, dir := range m.dirs {
		for f, first := range owner {
			if !slices.Contains(m.files[dir], f) {
				return usage("months have the same files; infer what differs by itself, or give only the files that all have", "%s is in %s, but not in %s", f, first, dir)
			}
		}
	}
	return nil
}

// dated finds a date, or a month, in the name of a folder.
var dated = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12][0-9]|3[01]))?(?:[^0-9]|$)`)

// numbered tells of a folder that is one of a series by its name.
var numbered = regexp.MustCompile(`[0-9]`)

// date gives each month its date: those of --as-of, or those of the names when all have one.
func (m *months) date(given []string) error {
	if len(given) > 0 {
		return m.dateBy(given)
	}
	if m.loose {
		return nil
	}
	var out []string
	for _, dir := range m.dirs {
		date := dateOf(path.Base(dir))
		if date == "" || slices.Contains(out, date) {
			return nil
		}
		out = append(out, date)
	}
	m.asOf = out
	m.sort()
	return nil
}

func (m *months) dateBy(given []string) error {
	want := len(m.dirs)
	if m.loose {
		want = 1
	}
	if len(given) != want {
		return usage(fmt.Sprintf("give one for each, in this order: %s", strings.Join(m.dirs, ", ")), "--as-of was given %d times, and there are %d months", len(given), want)
	}
	for i, d := range given {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return usage("such as --as-of 2024-01-31", "--as-of %q is no date", d)
		}
		if slices.Contains(given[:i], d) {
			return usage("each month has a date of its own", "--as-of %s was given twice", d)
		}
	}
	m.asOf = slices.Clone(given)
	m.sort()
	return nil
}

// sort puts the months in the order of their dates.
func (m *months) sort() {
	if m.loose {
		return
	}
	date := map[string]string{}
	for i, dir := range m.dirs {
		date[dir] = m.asOf[i]
	}
	slices.SortFunc(m.dirs, func(a, b string) int { return strings.Compare(date[a], date[b]) })
	slices.Sort(m.asOf)
}

// dateOf is the date in a name: that day, or the last one of that month.
func dateOf(name string) string {
	p := dated.FindStringSubmatch(name)
	if p == nil {
		return ""
	}
	if p[3] != "" {
		day, err := time.Parse(time.DateOnly, p[1]+"-"+p[2]+"-"+p[3])
		if err != nil {
			return ""
		}
		return day.Format(time.DateOnly)
	}
	first, err := time.Parse(time.DateOnly, p[1]+"-"+p[2]+"-01")
	if err != nil {
		return ""
	}
	return first.AddDate(0, 1, -1).Format(time.DateOnly)
}

// foldered tells whether the folder is a parameter: there are several, or the one looks like one of a series.
func (m *months) foldered() bool {
	return !m.loose && (len(m.dirs) > 1 || len(m.asOf) > 0 && m.dirs[0] != "." || numbered.MatchString(path.Base(m.dirs[0])))
}

// name is that of the folder; of a month that above it, and else the project's.
func (m *months) name(root string) string {
	dir := m.dirs[0]
	if m.foldered() {
		dir = path.Dir(dir)
	}
	if m.loose || dir == "." {
		return filepath.Base(root)
	}
	return path.Base(dir)
}

// origin says where the data is, for people.
func (m *months) origin() string {
	if len(m.dirs) > 3 {
		return fmt.Sprintf("%s, %s, ... %s", m.dirs[0], m.dirs[1], m.dirs[len(m.dirs)-1])
	}
	return strings.Join(m.dirs, ", ")
}
