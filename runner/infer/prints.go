package infer

// prints is a set of fingerprints with room for a fixed number of them: open addressing, at most three quarters full. Zero stands for a free slot,
// so the fingerprint zero is taken for one.
type prints struct {
	slots []uint64
	n     int
	limit int
}

func newPrints(limit int) *prints {
	return &prints{slots: make([]uint64, 64), limit: limit}
}

// add puts a fingerprint in and tells whether it was there. A full set takes no more, but still knows those that it has.
func (s *prints) add(h uint64) (known bool) {
	h = max(h, 1)
	i := s.find(h)
	if s.slots[i] == h {
		return true
	}
	if s.full() {
		return false
	}
	s.slots[i] = h
	if s.n++; s.n > len(s.slots)/4*3 {
		s.grow()
	}
	return false
}

// expect makes room for a number of fingerprints at once, and forgets those that are there.
func (s *prints) expect(n int) {
	size := len(s.slots)
	for size/4*3 < min(n, s.limit) {
		size *= 2
	}
	if s.n = 0; size == len(s.slots) {
		clear(s.slots)
		return
	}
	s.slots = make([]uint64, size)
}

func (s *prints) has(h uint64) bool {
	h = max(h, 1)
	return s.slots[s.find(h)] == h
}

func (s *prints) full() bool { return s.n >= s.limit }

// find returns the slot of a fingerprint, or the free one where it belongs.
func (s *prints) find(h uint64) int {
	mask := len(s.slots) - 1
	i := int(h>>7) & mask
	for s.slots[i] != 0 && s.slots[i] != h {
		i = (i + 1) & mask
	}
	return i
}

func (s *prints) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, h := range old {
		if h != 0 {
			s.slots[s.find(h)] = h
		}
	}
}
