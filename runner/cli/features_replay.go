package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/spf13/cobra"

	"streamflow/runner/report"
	"streamflow/runner/run"
)

func (a *app) featuresReplay() *cobra.Command {
	sample, seed := int64(0), int64(1)
	c := describe(&cobra.Command{
		Use:   "replay LOG",
		Short: "Compare what was served with what history says of the same time",
		Long: `Replay reads what a server wrote with --log-features, asks history for the same keys as of the time of each request, and compares. Another value
of the same moment is a difference: exit code 1. Answers of another moment are counted apart: older ones, when the online store was behind; newer
ones than history would know (known_after); those that were pushed; and those of a date that was frozen or restated since.

The log may be of any size; - is stdin. With --sample only so many of its lines are replayed, always the same for the same --seed. Personal data is
not in a log, and so is not compared.`,
		Example: `runner features replay served.jsonl
runner features replay served.jsonl --sample 10000 --format json`,
		Args: exactly(1, "one log"),
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("sample") && sample < 1 {
				return usage("such as --sample 10000", "--sample is a positive number")
			}
			return a.replayFeatures(c.Context(), args[0], sample, seed)
		},
	}, needs{"yes", "no", "nothing"})
	c.Flags().Int64Var(&sample, "sample", 0, "how many lines (default: all)")
	c.Flags().Int64Var(&seed, "seed", 1, "which lines: another number, another sample")
	return c
}

func (a *app) replayFeatures(ctx context.Context, name string, sample, seed int64) error {
	p, c, err := a.prepare("replay", nil, nil)
	if err != nil {
		return err
	}
	w := run.FeatureReplay{Log: a.stdin, Name: name}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return surrounding("name the file that runner serve --log-features writes", err)
		}
		defer func() { _ = file.Close() }()
		w.Log = file
	}
	if sample > 0 {
		if w.Take, err = someLines(name, sample, seed); err != nil {
			return err
		}
	}
	return a.consistency(ctx, p, c, func(ctx context.Context, c run.Config, _ *database) (*report.Consistency, error) {
		return run.ReplayFeatures(ctx, c, w), nil
	})
}

// someLines chooses so many lines of a file, each with the same chance, by going through it twice (Knuth, The Art of Computer Programming,
// volume 2, algorithm 3.4.2 S). Lines must be asked for in order.
func someLines(name string, sample, seed int64) (func(line int64) bool, error) {
	if name == "-" {
		return nil, usage("name a file", "--sample goes through the log twice, which stdin cannot")
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, surrounding("", err)
	}
	defer func() { _ = file.Close() }()
	left := int64(0)
	for in := bufio.NewReaderSize(file, 1<<16); ; {
		text, err := in.ReadSlice('\n')
		if err == nil || errors.Is(err, io.EOF) && len(text) > 0 {
			left++
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			if !errors.Is(err, io.EOF) {
				return nil, surrounding("", fmt.Errorf("%s: %w", name, err))
			}
			break
		}
	}
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	return func(int64) bool {
		take := left > 0 && random.Int64N(left) < sample
		if left--; take {
			sample--
		}
		return take
	}, nil
}
