package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

func (p paint) red(s string) string    { return p.wrap("1;31", s) }
func (p paint) green(s string) string  { return p.wrap("32", s) }
func (p paint) yellow(s string) string { return p.wrap("33", s) }
func (p paint) cyan(s string) string   { return p.wrap("36", s) }

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// seconds writes milliseconds the way people say them: 34ms, 0.1s, 12.3s, 4m05s, 2h10m.
func seconds(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%dms", max(0, ms))
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// count writes "1 row" or "2,000 rows".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// printer writes text and remembers the first error, so that callers need not look at each line.
type printer struct {
	w      io.Writer
	p      paint
	judged string // flags of runner failures for the rows that were judged; "" for those of the newest run
	err    error
}

func (o *printer) line(format string, args ...any) {
	if o.err != nil {
		return
	}
	_, o.err = io.WriteString(o.w, strings.TrimRight(fmt.Sprintf(format, args...), " ")+"\n")
}

// head is the title of a column; numbers stand on the right.
type head struct {
	title string
	right bool
}

// grid prints rows under dim titles, without any lines: two blanks between columns are enough to read them.
func (o *printer) grid(heads []head, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	t := table.NewWriter()
	t.SetStyle(table.Style{
		Box:     table.BoxStyle{PaddingRight: "  "},
		Options: table.OptionsNoBordersAndSeparators,
		Size:    table.SizeOptionsDefault,
	})
	t.SuppressTrailingSpaces()
	titles := make(table.Row, len(heads))
	configs := make([]table.ColumnConfig, len(heads))
	named := false
	for i, h := range heads {
		titles[i] = o.p.dim(h.title)
		named = named || h.title != ""
		align := text.AlignLeft
		if h.right {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, Align: align, AlignHeader: align}
	}
	t.SetColumnConfigs(configs)
	if named {
		t.AppendHeader(titles)
	}
	for _, r := range rows {
		row := make(table.Row, len(r))
		for i, c := range r {
			row[i] = c
		}
		t.AppendRow(row)
	}
	o.line("%s", t.Render())
}
