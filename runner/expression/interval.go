package expression

import (
	"math/big"
	"regexp"
)

// intervalText is how Postgres prints an interval with its own style, and a time of day too.
var intervalText = regexp.MustCompile(`^(?:([-+]?\d+) years?)? ?(?:([-+]?\d+) mons?)? ?(?:([-+]?\d+) days?)? ?(?:([-+])?(\d+):(\d\d):(\d\d)(\.\d+)?)?$`)

// duration is how long an interval is to Postgres when it compares: in microseconds, with months of 30 days of 24 hours.
func duration(text string) (*big.Int, bool) {
	m := intervalText.FindStringSubmatch(text)
	if m == nil || text == "" {
		return nil, false
	}
	days := part(m[1], 360)
	days.Add(days, part(m[2], 30)).Add(days, part(m[3], 1))
	micros := part(m[5], 3600)
	micros.Add(micros, part(m[6], 60)).Add(micros, part(m[7], 1))
	fraction, _ := parseNumber("0" + m[8])
	micros.Mul(micros, big.NewInt(1_000_000)).Add(micros, fraction.mul(whole(1_000_000)).round(0).coefficient)
	if m[4] == "-" {
		micros.Neg(micros)
	}
	return micros.Add(micros, days.Mul(days, big.NewInt(microsPerDay))), true
}

// part is a number in a text times its unit; no text is 0.
func part(text string, unit int64) *big.Int {
	out, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return new(big.Int)
	}
	return out.Mul(out, big.NewInt(unit))
}
