package parquet

import (
	"bytes"
	"strconv"

	pq "github.com/parquet-go/parquet-go"
)

const (
	secondMicros = 1_000_000
	dayMicros    = 24 * 60 * 60 * secondMicros
)

func dates(text, arena []byte) (pq.Value, []byte, error) {
	rest, bc := bytes.CutSuffix(text, []byte(" BC"))
	days, err := daysOf(rest, bc)
	if err != nil {
		return pq.Value{}, arena, err
	}
	return pq.Int32Value(int32(days)), arena, nil
}

func times(text, arena []byte) (pq.Value, []byte, error) {
	micros, rest, err := clock(text)
	if err != nil || len(rest) > 0 || micros >= dayMicros {
		return pq.Value{}, arena, errForm
	}
	return pq.Int64Value(micros), arena, nil
}

// stamps reads a timestamp, as microseconds since 1970: of one with a zone in UTC, of one without as the clock shows it.
func stamps(text, arena []byte) (pq.Value, []byte, error) {
	rest, bc := bytes.CutSuffix(text, []byte(" BC"))
	date, rest, _ := bytes.Cut(rest, []byte(" "))
	days, err := daysOf(date, bc)
	if err != nil {
		return pq.Value{}, arena, err
	}
	micros, zone, err := clock(rest)
	if err != nil {
		return pq.Value{}, arena, err
	}
	east, err := offset(zone)
	if err != nil {
		return pq.Value{}, arena, err
	}
	return pq.Int64Value(days*dayMicros + micros - east), arena, nil
}

// daysOf counts the days from 1970-01-01 to a date of the proleptic Gregorian calendar, as Postgres prints it. The year 1 BC is the year 0.
func daysOf(text []byte, bc bool) (int64, error) {
	if bytes.HasSuffix(text, []byte("infinity")) {
		return 0, errInfinite
	}
	if len(text) < 10 {
		return 0, errForm
	}
	cut := len(text) - 6
	y, err1 := strconv.ParseInt(string(text[:cut]), 10, 64)
	m, err2 := strconv.ParseInt(string(text[cut+1:cut+3]), 10, 64)
	d, err3 := strconv.ParseInt(string(text[cut+4:]), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, errForm
	}
	if bc {
		y = 1 - y
	}
	if m <= 2 { // years begin with March here, so that the day that comes and goes is their last
		y--
		m += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	y -= era * 400
	return era*146097 + y*365 + y/4 - y/100 + (153*(m-3)+2)/5 + d - 1 - 719468, nil
}

// clock reads HH:MM:SS[.ffffff] and returns what follows.
func clock(text []byte) (micros int64, rest []byte, err error) {
	if len(text) < 8 {
		return 0, nil, errForm
	}
	h, err1 := strconv.ParseInt(string(text[:2]), 10, 64)
	m, err2 := strconv.ParseInt(string(text[3:5]), 10, 64)
	s, err3 := strconv.ParseInt(string(text[6:8]), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, nil, errForm
	}
	micros, rest = ((h*60+m)*60+s)*secondMicros, text[8:]
	if len(rest) > 0 && rest[0] == '.' {
		rest = rest[1:]
		for unit := int64(secondMicros / 10); len(rest) > 0 && rest[0]-'0' <= 9; unit /= 10 {
			micros += int64(rest[0]-'0') * unit
			rest = rest[1:]
		}
	}
	return micros, rest, nil
}

// offset reads a zone as Postgres prints it, +hh[:mm[:ss]], in microseconds east of UTC; nothing is none.
func offset(text []byte) (int64, error) {
	if len(text) == 0 {
		return 0, nil
	}
	var out int64
	unit := int64(3600)
	for _, part := range bytes.Split(text[1:], []byte(":")) {
		n, err := strconv.ParseInt(string(part), 10, 64)
		if err != nil {
			return 0, errForm
		}
		out += n * unit
		unit /= 60
	}
	if text[0] == '-' {
		out = -out
	}
	return out * secondMicros, nil
}
