package generate

// The totals of the monthly tables, January first, and how many rows differ in February.
const (
	oneFailure, twoFailures       = 1022, 55
	firstMore, secondMore         = 162, 36 // customers whose count of failed payments goes from 0 to 1, from 1 to 2 ...
	thirdMore                     = 4       // ... and from 2 to 3: 202 in all
	oneTicket, twoTickets         = 1580, 228
	threeTickets, fourTickets     = 27, 5
	moreTickets                   = 360
	leaving                       = 1869 // churn label True in January
	changedToStay, changedToLeave = 1410, 1242
	watchMore                     = 1734 // all others watch less in February; nobody the same
	rebufferMore, rebufferTwice   = 1828, 293
)

// sessionMinutes is the same for every customer in both months: the export is broken in this column. The example keeps the fault,
// because a column that never varies passes every range check and only a rule about its distinct values finds it.
const sessionMinutes = 3_141_866_027_653_921

// femto is one hour in the unit of the watch hours. They have up to 15 digits after the point, as many as the exporting program's
// binary numbers print.
const femto = 1_000_000_000_000_000

// month is what one export says of one customer.
type month struct {
	watched                  int // hours x femto
	devices, skips, rebuffer int
	failed, tickets          int
	resolution               int // tenths of an hour
	leaves                   bool
}

// january makes the first month.
func january(all []customer) []month {
	facts := make([]month, len(all))
	watched, devices, skips, rebuffer := dice("watch_hours_30d"), dice("unique_devices_30d"), dice("skips_7d"), dice("rebuffer_events_7d")
	resolution := dice("ticket_avg_resolution_hrs_90d")
	for i := range facts {
		f := &facts[i]
		f.watched = 6*femto + bell(watched, 4, 11_812_345_678_901_234)
		f.devices = between(devices, 1, 3)
		f.skips = hits(skips, 14, 36)
		f.rebuffer = hits(rebuffer, 9, 26)
		f.resolution = max(10, bell(resolution, 3, 80))
	}
	pay(facts)
	complain(facts)
	decide(facts, all)
	return facts
}

// pay says whose payments failed once or twice.
func pay(facts []month) {
	failing := pick(dice("failed_payments_90d"), oneFailure+twoFailures, everyone(customers), 100, evenly)
	for k, i := range failing {
		facts[i].failed = 1 + yes(k >= oneFailure)
	}
}

// complain hands out support tickets. Tickets do not touch the hours to resolve them, which the export fills for everybody.
func complain(facts []month) {
	asking := pick(dice("support_tickets_90d"), oneTicket+twoTickets+threeTickets+fourTickets, everyone(customers), 100, evenly)
	for k, i := range asking {
		facts[i].tickets = 1 + yes(k >= oneTicket) + yes(k >= oneTicket+twoTickets) + yes(k >= oneTicket+twoTickets+threeTickets)
	}
}

// decide says who leaves: mostly the new, the unbound and the ones with fiber, so that a model has something to find.
func decide(facts []month, all []customer) {
	restless := func(i int) int {
		c := all[i]
		return 45*yes(c.contract == "Month-to-month") + 20*yes(c.contract == "One year") + 20*yes(c.net == fiber) - 10*yes(c.net == none) +
			10*yes(c.paperless) + 10*facts[i].tickets + max(0, 12-c.months)
	}
	for _, i := range pick(dice("churn_label"), leaving, everyone(customers), 100, restless) {
		facts[i].leaves = true
	}
}

// february changes what changes from the first month to the second, and nothing else.
func february(before []month) []month {
	facts := append([]month(nil), before...)
	watchAgain(facts, before)
	more := func(column string, n int, from func(month) bool) []int {
		return pick(dice("february "+column), n, where(customers, func(i int) bool { return from(before[i]) }), 1000, evenly)
	}
	for k, i := range more("rebuffer_events_7d", rebufferMore, func(month) bool { return true }) {
		facts[i].rebuffer += 1 + yes(k < rebufferTwice)
	}
	for had, n := range []int{firstMore, secondMore, thirdMore} {
		for _, i := range more("failed_payments_90d", n, func(f month) bool { return f.failed == had }) {
			facts[i].failed++
		}
	}
	for _, i := range more("support_tickets_90d", moreTickets, func(f month) bool { return f.tickets < 4 }) {
		facts[i].tickets++
	}
	for _, i := range more("churn_label stays", changedToStay, func(f month) bool { return f.leaves }) {
		facts[i].leaves = false
	}
	for _, i := range more("churn_label leaves", changedToLeave, func(f month) bool { return !f.leaves }) {
		facts[i].leaves = true
	}
	return facts
}

// watchAgain moves every customer's hours, by 15 % down to 8 % up.
func watchAgain(facts, before []month) {
	d := dice("february watch_hours_30d")
	up := map[int]bool{}
	for _, i := range pick(d, watchMore, everyone(customers), 1000, evenly) {
		up[i] = true
	}
	for i := range facts {
		perMillion := 1_000_000 - min(between(d, 100, 150_000), between(d, 100, 80_000))
		if up[i] {
			perMillion = 1_000_000 + between(d, 100, 80_000)
		}
		facts[i].watched = before[i].watched / 1_000_000 * perMillion
		facts[i].watched += d.IntN(1_000_000)
	}
}
