package source

// number is a decimal number as its digits are written. Its value is the digits of whole and fraction, times ten to the exponent.
type number struct {
	whole, fraction []byte
	exponent        int
}

// scanNumber reads digits with an optional minus, point and exponent.
func scanNumber(s []byte) (n number, ok bool) {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	start := i
	for i < len(s) && s[i]-'0' <= 9 {
		i++
	}
	n.whole = s[start:i]
	if i < len(s) && s[i] == '.' {
		i++
		start = i
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		n.fraction = s[start:i]
	}
	if len(n.whole)+len(n.fraction) == 0 {
		return n, false
	}
	if i == len(s) {
		return n, true
	}
	if s[i]|0x20 != 'e' {
		return n, false
	}
	return n, n.scanExponent(s[i+1:])
}

func (n *number) scanExponent(s []byte) bool {
	sign := 1
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	if len(s) == 0 {
		return false
	}
	for _, b := range s {
		if b-'0' > 9 {
			return false
		}
		n.exponent = min(n.exponent*10+int(b-'0'), maxExponent)
	}
	n.exponent *= sign
	return true
}

// digits returns how many digits the value needs before and after the point. Zeros at the ends do not count; both are zero for zero.
func (n number) digits() (whole, fraction int) {
	first, last := -1, -1
	for i, b := range n.whole {
		if b != '0' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i, b := range n.fraction {
		if b != '0' {
			if first < 0 {
				first = len(n.whole) + i
			}
			last = len(n.whole) + i
		}
	}
	if first < 0 {
		return 0, 0
	}
	point := len(n.whole) + n.exponent
	return max(point-first, 0), max(last+1-point, 0)
}

// magnitude returns the power of ten of the first digit that counts, and false for zero.
func (n number) magnitude() (int, bool) {
	for i, b := range n.whole {
		if b != '0' {
			return len(n.whole) + n.exponent - i - 1, true
		}
	}
	for i, b := range n.fraction {
		if b != '0' {
			return n.exponent - i - 1, true
		}
	}
	return 0, false
}
