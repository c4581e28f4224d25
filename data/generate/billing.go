package generate

// Fees in cents per month. The range is that of the published price list; what a customer pays lies between.
const (
	lowestFee  = 1825
	highestFee = 11875
	addOnFee   = 500
	streamFee  = 1000
)

// signContracts gives every customer a contract: who stayed long tends to have signed for long.
func signContracts(all []customer) {
	d := dice("contract_type")
	for i := range all {
		all[i].contract = "Two year"
	}
	isNew := func(i int) int { return -2 * all[i].months }
	open := pick(d, monthToMonth, everyone(customers), 80, isNew)
	for _, i := range open {
		all[i].contract = "Month-to-month"
	}
	bound := where(customers, func(i int) bool { return all[i].contract == "Two year" })
	for _, i := range pick(d, oneYear, bound, 80, isNew) {
		all[i].contract = "One year"
	}
	online := func(i int) int { return 1000*yes(i == first) + 30*yes(all[i].net == fiber) + 15*yes(all[i].net == dsl) }
	for _, i := range pick(dice("paperless_billing"), paperless, everyone(customers), 100, online) {
		all[i].paperless = true
	}
}

// bill sets the monthly fee and what was paid so far. The sum paid is not simply months times fee, because fees change with time.
func bill(all []customer) {
	fees, paid := dice("monthly_fee"), dice("total_paid")
	for i := range all {
		c := &all[i]
		c.feeCents = fee(*c, fees.IntN(101), fees.IntN(5), fees.IntN(10))
		if i == first {
			c.feeCents = 2985
		}
		c.paidCents = c.months * c.feeCents
		if c.months > 1 {
			c.paidCents = c.paidCents * between(paid, 900, 1100) / 1000 / 5 * 5
		}
	}
}

// fee adds up what a customer ordered. The add-ons themselves are not in the export yet, they only show in the fee.
func fee(c customer, jitter, addOns, phone int) int {
	cents := 1970
	switch c.net {
	case dsl:
		cents = 4450 + addOns*addOnFee - 2000*yes(phone == 0)
	case fiber:
		cents = 7000 + addOns*addOnFee
	case none:
		cents += addOnFee * yes(phone > 6)
	}
	if c.net != none {
		cents += streamFee * (yes(c.streamTV) + yes(c.streamMovies))
	}
	return min(max((cents+jitter-50)/5*5, lowestFee), highestFee)
}
