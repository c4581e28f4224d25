package run

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// FeatureReplay is a log of answers to be held against history.
type FeatureReplay struct {
	Log  io.Reader
	Name string                // of the log, as it is shown
	Take func(line int64) bool // whether a line is replayed, asked for each in order; nil is all
}

// replayedAtOnce is how many rows are asked of history in one statement.
const replayedAtOnce = 1000

// shownFaults is how many lines that cannot be replayed are named.
const shownFaults = 20

// ReplayFeatures compares logged answers with what history knows of the same keys at the same times, and changes nothing. The log may be of
// any size. Only another value of the same moment is a difference that refuses; answers of another moment are counted apart.
func ReplayFeatures(ctx context.Context, c Config, w FeatureReplay) *report.Consistency {
	c.Pipeline = &model.Pipeline{}
	r := newRunner(c)
	out := &report.Consistency{Target: c.Target, At: c.Now().UTC().Truncate(time.Microsecond), Log: w.Name}
	p := &replayer{runner: r, log: w.Name, groups: map[string]*replayGroup{}, unknown: map[string]bool{}}
	err := p.replay(ctx, w)
	out.Requests = p.rows
	for _, g := range p.order {
		out.Views = append(out.Views, g.results()...)
	}
	p.remarks()
	r.closeConsistency(ctx, out, err)
	for _, v := range out.Views {
		if v.Different > 0 && out.ExitCode == report.ExitDone {
			out.ExitCode = report.ExitRefused
		}
	}
	return out
}

// replayer reads a log and asks history, group by group.
type replayer struct {
	*runner
	log     string
	zone    *time.Location // of the project
	freezes map[string][]plan.Freeze
	frozen  map[string]map[string]ledger.Frozen
	groups  map[string]*replayGroup
	order   []*replayGroup
	faults  diag.List
	unknown map[string]bool // what was asked for and is not there any more, told once

	rows, unread, masked int64
	waiting              int
	unfinished           bool
}

func (p *replayer) replay(ctx context.Context, w FeatureReplay) error {
	var err error
	if p.zone, err = time.LoadLocation(p.Project.Timezone); err != nil {
		return err
	}
	found, err := p.find(ctx)
	if err != nil {
		return err
	}
	p.freezes = found.Freezes
	if exists, err := p.ledger.Exists(ctx); err != nil {
		return err
	} else if exists {
		if p.frozen, err = p.ledger.FrozenAt(ctx, p.DB.Schema()); err != nil {
			return err
		}
	}
	if err := p.read(ctx, w); err != nil {
		return err
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	if len(p.faults) > 0 {
		return refuse(p.faults)
	}
	return nil
}

// read goes through the log line by line.
func (p *replayer) read(ctx context.Context, w FeatureReplay) error {
	in := bufio.NewReaderSize(w.Log, 1<<16)
	for line := int64(1); ; line++ {
		text, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		ended := err != nil
		if len(text) > 0 && (w.Take == nil || w.Take(line)) && strings.TrimSpace(string(text)) != "" {
			if fault := p.take(text); fault != nil {
				if ended { // the server is writing it just now
					p.unfinished = true
				} else {
					p.refuse(line, fault)
				}
			}
		}
		if ended {
			return nil
		}
		if p.waiting >= replayedAtOnce {
			if err := p.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// refuse notes a line that cannot be replayed. A fault of what was asked for is told once.
func (p *replayer) refuse(line int64, fault error) {
	if p.unread++; p.unknown[fault.Error()] || len(p.faults) >= shownFaults {
		return
	}
	message, hint := fault.Error(), ""
	var asked feature.Faults
	if errors.As(fault, &asked) {
		p.unknown[fault.Error()] = true
		message, hint = asked[0].Message, asked[0].Hint
	}
	p.faults.Add(diag.Diagnostic{Place: diag.Place{File: p.log, Line: int(line)}, Message: message, Hint: hint})
}

// take puts one logged answer to those that wait.
func (p *replayer) take(text []byte) error {
	logged, err := feature.ReadLog(text)
	if err != nil {
		return err
	}
	name := logged.Service
	if name == "" {
		name = fmt.Sprintf("%t %q", logged.Full, logged.Refs)
	}
	g := p.groups[name]
	if g == nil {
		set, err := logged.Asked(p.Project)
		if err != nil {
			return err
		}
		g = p.newGroup(logged.Service, set)
		p.groups[name] = g
		p.order = append(p.order, g)
	}
	row, err := g.read(logged)
	switch {
	case errors.Is(err, errMasked):
		p.masked++
		return nil
	case err != nil:
		return err
	}
	p.rows++
	p.waiting++
	g.waiting = append(g.waiting, replayRow{logged: logged, LoggedRow: row})
	return nil
}

// flush asks history for all that wait.
func (p *replayer) flush(ctx context.Context) error {
	for _, g := range p.order {
		if len(g.waiting) == 0 {
			continue
		}
		err := p.timed("replay", g.name, func() (int64, error) { return int64(len(g.waiting)), g.compare(ctx) })
		if err != nil {
			return err
		}
		g.waiting = g.waiting[:0]
	}
	p.waiting = 0
	return nil
}

// remarks says what was not compared.
func (p *replayer) remarks() {
	if p.unread > int64(len(p.faults)) {
		p.note(plural(p.unread, "line") + " of " + p.log + " could not be replayed; the errors name some of them")
	}
	if p.masked > 0 {
		p.note(plural(p.masked, "row") + " could not be replayed: their keys are personal data, which a log does not hold")
	}
	if p.unfinished {
		p.note("the last line of " + p.log + " is not finished yet, and was passed over")
	}
	for _, g := range p.order {
		if list := g.masked(); len(list) > 0 {
			p.note(g.name + ": not compared, because a log does not hold personal data: " + strings.Join(list, ", "))
		}
		if list := g.unlogged(); len(list) > 0 {
			p.note(g.name + ": not compared where it was not served yet: " + strings.Join(list, ", "))
		}
	}
}
