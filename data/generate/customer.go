package generate

import "math/rand/v2"

// customers is how many there are in both months; nobody joins and nobody leaves.
const customers = 7043

// first is the one customer with known values, used in the documentation: see known.
const first = 0

// The totals that the example promises. Everything else about a customer is thrown freely.
const (
	neverBilled   = 11   // joined in the running month: nothing paid yet
	longStanding  = 3051 // 36 months or more
	fiberOptic    = 3096
	noInternet    = 1526 // their streaming plans are NULL, neither True nor False
	streamTV      = 2707
	streamMovies  = 2732
	monthToMonth  = 3875
	oneYear       = 1473
	paperless     = 4171
	male          = 3555
	senior        = 1142
	withFamily    = 3402
	withDependent = 2110
)

// service is how a customer is connected.
type service string

// The services. None is a word of the export, not a missing value.
const (
	none  service = "No"
	dsl   service = "DSL"
	fiber service = "Fiber optic"
)

// customer is what is known of one customer in both months.
type customer struct {
	id                               string
	months                           int // since joining, 0 to 72
	male, senior, family, dependents bool
	net                              service
	streamTV, streamMovies           bool // without meaning where net is none
	contract                         string
	paperless                        bool
	feeCents, paidCents              int
}

// population makes all customers, in the order of the export, which is not sorted by anything.
func population() []customer {
	all := make([]customer, customers)
	nameThem(all)
	giveMonths(all)
	describe(all)
	connect(all)
	signContracts(all)
	bill(all)
	return all
}

// nameThem gives identifiers of the shape 1234-ABCDE, each once.
func nameThem(all []customer) {
	d := dice("id")
	taken := map[string]bool{}
	for i := range all {
		id := "7590-VHVEG"
		for i != first && (id == "7590-VHVEG" || taken[id]) {
			id = newID(d)
		}
		taken[id], all[i].id = true, id
	}
}

func newID(d *rand.Rand) string {
	const digits, letters = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	text := make([]byte, 0, 10)
	for range 4 {
		text = append(text, digits[d.IntN(len(digits))])
	}
	text = append(text, '-')
	for range 5 {
		text = append(text, letters[d.IntN(len(letters))])
	}
	return string(text)
}

// giveMonths spreads the time since joining as such businesses see it: many new customers, many that never left, few between.
func giveMonths(all []customer) {
	d := dice("months_active")
	for i := range all {
		all[i].months = between(d, 1, 35)
		if d.IntN(2) == 0 {
			all[i].months = 1 + min(d.IntN(20), d.IntN(20))
		}
	}
	old := pick(d, longStanding, where(customers, func(i int) bool { return i != first }), 100, evenly)
	for _, i := range old {
		all[i].months = between(d, 36, 72)
		if d.IntN(3) == 0 {
			all[i].months = 72 - min(d.IntN(15), d.IntN(15))
		}
	}
	young := where(customers, func(i int) bool { return i != first && all[i].months < 36 })
	for _, i := range pick(d, neverBilled, young, 100, evenly) {
		all[i].months = 0
	}
	all[first].months = 1
}

// describe says who the customers are.
func describe(all []customer) {
	for _, i := range pick(dice("user_gender"), male, everyone(customers), 100, evenly) {
		all[i].male = true
	}
	for _, i := range pick(dice("user_is_senior"), senior, everyone(customers), 100, evenly) {
		all[i].senior = true
	}
	stayers := func(i int) int { return all[i].months }
	for _, i := range pick(dice("has_family"), withFamily, everyone(customers), 100, stayers) {
		all[i].family = true
	}
	parents := func(i int) int { return 50*yes(all[i].family) - 30*yes(all[i].senior) }
	for _, i := range pick(dice("has_dependents"), withDependent, everyone(customers), 100, parents) {
		all[i].dependents = true
	}
}

// connect gives the internet service, and streaming to those who have one.
func connect(all []customer) {
	for i := range all {
		all[i].net = dsl
	}
	rest := where(customers, func(i int) bool { return i != first })
	d := dice("net_service")
	for _, i := range pick(d, noInternet, rest, 100, func(i int) int { return -20 * yes(all[i].senior) }) {
		all[i].net = none
	}
	rest = where(customers, func(i int) bool { return i != first && all[i].net != none })
	for _, i := range pick(d, fiberOptic, rest, 100, func(i int) int { return 25 * yes(all[i].senior) }) {
		all[i].net = fiber
	}
	online := where(customers, func(i int) bool { return all[i].net != none })
	keen := func(i int) int { return all[i].months/2 + 20*yes(all[i].net == fiber) }
	for _, i := range pick(dice("plan_stream_tv"), streamTV, online, 100, keen) {
		all[i].streamTV = true
	}
	both := func(i int) int { return keen(i) + 30*yes(all[i].streamTV) }
	for _, i := range pick(dice("plan_stream_movies"), streamMovies, online, 100, both) {
		all[i].streamMovies = true
	}
}

// yes makes a lean of an answer.
func yes(answer bool) int {
	if answer {
		return 1
	}
	return 0
}
