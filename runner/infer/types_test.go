package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// Each column is written with its cells and what is proposed for it.
func TestTypes(t *testing.T) {
	for _, tc := range []struct{ header, cells, want string }{
		{"num", "1|-2|30", "{type: integer, nullable: false}"},
		{"num", "1||30", "integer # 1 of 3 null"},
		{"num", "2147483648|1|2", "{type: bigint, nullable: false}"},
		{"num", "-2147483648|1|2", "{type: integer, nullable: false}"},
		{"num", "9223372036854775808|1|2", "{type: numeric, nullable: false}"},
		{"num", "1.5|2|3", "{type: numeric, nullable: false}"},
		{"num", "1.50|2.25|13.00", `{type: "numeric(12,2)", nullable: false}`},
		{"num", "1.5|2.2|13.0", "{type: numeric, nullable: false}"},
		{"num", "1e5|2|3", "{type: double precision, nullable: false} # once with an exponent"},
		{"num", "1e5|2e700|3", "{type: numeric, nullable: false} # 2 times with an exponent, and beyond the range of double precision"},
		{"num", "2e700|Infinity|3", "{type: text, nullable: false}"},
		{"price", "1e5|NA|3", `{type: numeric, null_values: ["", "NA"]} # once with an exponent, and by its name money, which numeric keeps exactly; "NA" once among numbers; 1 of 3 null`},
		{"price", "1e5|2|3", "{type: numeric, nullable: false} # once with an exponent, and by its name money, which numeric keeps exactly"},
		{"num", "NaN|2.5|3", "{type: double precision, nullable: false} # NaN once"},
		{"num", "NaN|2|3", `{type: integer, null_values: ["", "NaN"]} # "NaN" once among numbers; 1 of 3 null`},
		{"num", "Infinity|2.5|3", "{type: double precision, nullable: false} # Infinity among the numbers"},
		{"num", "007|8|9", "{type: text, nullable: false} # leading zeros in 1"},
		{"num", "0|0.5|-0.25", "{type: numeric, nullable: false}"},
		{"phone", "491511234567|491511234568|1", "{type: text, nullable: false} # phone numbers: add pii: true to mask them everywhere; digits, by its name no number to compute with"},
		{"zip", "12345|23456|34567", "{type: text, nullable: false} # digits, by its name no number to compute with"},
		{"num", "+1|2|3", "{type: text, nullable: false}"},
		{"num", "1|x|3", "{type: text, nullable: false}"},
		{"num", "NA|2|NA", `{type: integer, null_values: ["", "NA"]} # "NA" 2 times among numbers; 2 of 3 null`},
		{"num", `"NA"|2|3`, "{type: text, nullable: false}"},
		{"num", "NA|x|y", `{type: text, nullable: false} # "NA" once: texts, unless null_values says NULL`},
		{"num", "none|x|-", "{type: text, nullable: false}"},
		{"sum", `"1.234,56 €"|-3 €|€2`, "{type: text, nullable: false} # numbers with a sign or blanks, which no reading takes off: they stay texts"},
		{"share", `"12,5 %"|3%|7%`, "{type: text, nullable: false} # numbers with a sign or blanks, which no reading takes off: they stay texts"},
		{"sum", " 2| 3.5|4 ", "{type: text, nullable: false} # numbers with a sign or blanks, which no reading takes off: they stay texts"},
		{"sum", `€|2 €x|$5`, "{type: text, nullable: false}"},
		{"num", "NA|NA|NA", `{type: text, nullable: false} # no values at all: declare its type when there are some; "NA" in every row`},
		{"num", "||", "text # no values at all: declare its type when there are some"},
		{"num", `""|2|3`, "{type: text, nullable: false} # 1 empty in quotes, which is a text and not NULL"},
		{"num", `"1,5"|"2,75"|3`, `{type: numeric, nullable: false, decimal: ","}`},
		{"num", `"1.234,5"|"2,75"|3`, `{type: numeric, nullable: false, decimal: ",", group: "."}`},
		{"num", `"1,234.5"|2.75|3`, `{type: numeric, nullable: false, group: ","}`},
		{"num", `"1,234,567"|2|3`, `{type: integer, nullable: false, group: ","}`},
		{"num", `"1,234"|"2,345"|3`, "{type: text, nullable: false} # a decimal ',' or groups with ',': say which by decimal: or group:, and make it numeric"},
		{"num", "1 234|2 345|3", `{type: integer, nullable: false, group: " "}`},
		{"b", "true|false|true", "{type: boolean, nullable: false}"},
		{"b", "True|False|", "boolean # 1 of 3 null"},
		{"b", "True|True|", "boolean # 1 of 3 null"},
		{"b", "Yes|No|No", "{type: boolean, nullable: false}"},
		{"b", "No|No|No", `{type: text, nullable: false} # "No" in every row`},
		{"b", "No|DSL|Fiber optic", "{type: text, nullable: false}"},
		{"b", "Yes|No|NA", `{type: text, nullable: false} # "NA" once: texts, unless null_values says NULL`},
		{"is_new", "0|1|1", `{type: boolean, nullable: false, true_values: ["1"], false_values: ["0"]}`},
		{"has_fee", "0||1", `{type: boolean, true_values: ["1"], false_values: ["0"]} # 1 of 3 null`},
		{"is_new", "0|1|2", "{type: integer, nullable: false}"},
		{"is_new", "1|1|1", `{type: integer, nullable: false} # "1" in every row`},
		{"b", "t|f|t", "{type: boolean, nullable: false}"},
		{"b", "0|1|1", "{type: integer, nullable: false}"},
		{"b", "ja|nein|ja", `{type: boolean, nullable: false, true_values: ["ja"], false_values: ["nein"]}`},
		{"d", "2024-01-31|2024-02-29|2023-01-01", "{type: date, nullable: false} # 2023-01-01 to 2024-02-29"},
		{"d", "2024-01-31|NA|2023-01-01", `{type: date, null_values: ["", "NA"]} # 2023-01-01 to 2024-01-31; "NA" once among dates; 1 of 3 null`},
		{"d", "2024-01-31|2024-02-30|2023-01-01", "{type: text, nullable: false}"},
		{"d", "31/01/2024|01/02/2024|02/03/2024", `{type: date, nullable: false, date_format: "%d/%m/%Y"} # 2024-01-31 to 2024-03-02`},
		{"d", "01/31/2024|01/02/2024|02/03/2024", `{type: date, nullable: false, date_format: "%m/%d/%Y"} # 2024-01-02 to 2024-02-03`},
		{"d", "03/04/2024|01/02/2024|02/03/2024", `{type: date, nullable: false, date_format: ["%d/%m/%Y", "%m/%d/%Y"]}`},
		{"d", "31.01.2024|01.02.2024|02.03.2024", `{type: date, nullable: false, date_format: "%d.%m.%Y"} # 2024-01-31 to 2024-03-02`},
		{"d", "24-01-12|24-02-11|24-03-10", `{type: date, nullable: false, date_format: ["%d-%m-%y", "%y-%m-%d"]}`},
		{"d", "5 Mar 2024|17 Feb 2024|1 Jan 2024", `{type: date, nullable: false, date_format: "%d %b %Y"} # 2024-01-01 to 2024-03-05`},
		{"day", "20240131|20240229|20230101", `{type: date, nullable: false, date_format: "%Y%m%d"} # 2023-01-01 to 2024-02-29`},
		{"num", "20240131|20240229|20230101", "{type: integer, nullable: false}"},
		{"at", "2024-01-31 10:00|2024-02-29T11:00:00.5|2023-01-01 00:00:00", "{type: timestamp, nullable: false} # 2023-01-01 to 2024-02-29"},
		{"at", "2024-01-31 10:00Z|2024-02-29T11:00:00+02:00|2023-01-01 00:00:00-05", "{type: timestamptz, nullable: false} # 2023-01-01 to 2024-02-29"},
		{"at", "2024-01-31 10:00Z|2024-02-29T11:00:00|2023-01-01 00:00:00Z", "{type: timestamptz, nullable: false} # 2023-01-01 to 2024-02-29; 1 without a zone are read in that of the project"},
		{"at", "31/01/2024 10:00|01/02/2024 11:30|02/03/2024 23:59", `{type: timestamp, nullable: false, date_format: "%d/%m/%Y %H:%M"} # 2024-01-31 to 2024-03-02`},
		{"at", "03/04/2024 10:00|01/02/2024 11:30|02/03/2024 23:59", `{type: timestamp, nullable: false, date_format: ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]}`},
		{"u", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12|00000000-0000-0000-0000-000000000000", "{type: uuid, nullable: false}"},
		{"j", `"{""a"": 1}"|[]|{}`, "{type: jsonb, nullable: false}"},
		{"j", `1|"""x"""|{}`, "{type: text, nullable: false}"},
		{"mail", "a@b.co|c@d.org|e@f.net", "{type: text, nullable: false} # e-mail addresses: add pii: true to mask them everywhere"},
		{"last_name", "Ada|Bob|Cyd", "{type: text, nullable: false} # personal by its name: add pii: true to mask them everywhere"},
		{"birth_date", "1990-02-16||2001-03-04", "date # personal by its name: add pii: true to mask them everywhere; 1 of 3 null"},
		{"title", "Ada|Bob|Cyd", "{type: text, nullable: false}"},
		{"call", "+49 30 1234567|(030) 765-4321|+1 202 555 0100", "{type: text, nullable: false} # phone numbers: add pii: true to mask them everywhere"},
	} {
		rows := "id," + tc.header + "\n"
		for i, cell := range strings.Split(tc.cells, "|") {
			rows += string(rune('a'+i)) + "," + cell + "\n"
		}
		out := propose(t, input(t, "things", rows))
		if got := column(t, out, tc.header); got != tc.want {
			t.Errorf("%s with %s\n got %s\nwant %s", tc.header, tc.cells, got, tc.want)
		}
		if _, list := lint(out); list.Count(diag.Error)+list.Count(diag.Warning) > 0 && len(out.Choices) == 0 {
			t.Errorf("%s with %s: %v\n%s", tc.header, tc.cells, list, text(out))
		}
	}
}

// A type has to fit every month, and a column that a month lacks is optional.
func TestTypesOverMonths(t *testing.T) {
	for _, tc := range []struct{ months, want string }{
		{"1,2|3,4", "{type: integer, nullable: false}"},
		{"1,2|3,4.5", "{type: numeric, nullable: false}"},
		{"1,2|3,x", "{type: text, nullable: false}"},
		{"1,|3,4", "integer # 1 of 4 null over 2 months"},
		{"03/04/2024,01/02/2024|31/01/2024,01/02/2024", `{type: date, nullable: false, date_format: "%d/%m/%Y"} # 2024-01-31 to 2024-04-03`},
		{"Yes,Yes|No,No", "{type: boolean, nullable: false}"},
		{"true,false|,", "boolean # 2 of 4 null over 2 months"},
		{"-|3,4", "{type: integer, optional: true} # missing in 1 of 2 months"},
		{"5,5|5,5", `{type: integer, nullable: false} # "5" in every row`},
	} {
		var months []string
		for _, m := range strings.Split(tc.months, "|") {
			if m == "-" {
				months = append(months, "id\na\nb\n")
				continue
			}
			cells := strings.Split(m, ",")
			months = append(months, "id,v\na,"+cells[0]+"\nb,"+cells[1]+"\n")
		}
		out := propose(t, input(t, "things", months...))
		if got := column(t, out, "v"); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.months, got, tc.want)
		}
	}
}

// What one month knows of numbers counts for the way in which another one writes them.
func TestMarksOverMonths(t *testing.T) {
	for want, months := range map[string][2]string{
		`{type: numeric, nullable: false, group: ","}`:                           {"id,v\na,1.5\nb,2\n", "id,v\na,\"1,234\"\nb,\"1,234,567\"\n"},
		`{type: double precision, nullable: false} # Infinity among the numbers`: {"id,v\na,1.5\nb,2\n", "id,v\na,Infinity\nb,1\n"},
	} {
		if got := column(t, propose(t, input(t, "things", months[0], months[1])), "v"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// One file is written in one way: beside decimal commas a point groups digits, where it would be a decimal point elsewhere.
func TestPointsBesideCommas(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"id;fee;v\na;1,50;1.000\nb;2,25;3\n", `{type: integer, nullable: false, decimal: ",", group: "."} # points group digits, because fee has decimal commas`},
		{"id;fee;v\na;1,50;1.000\nb;2,25;3.25\n", "{type: numeric, nullable: false}"},
		{"id;fee;v\na;1;1.000\nb;2;3\n", `{type: numeric, nullable: false} # 1.500 is read as one and a half: with decimal: "," and group: "." it is 1500`},
		{"id,fee,v\na,1,1.000\nb,2,3\n", "{type: numeric, nullable: false}"},
	} {
		out := propose(t, input(t, "things", tc.text))
		if got := column(t, out, "v"); got != tc.want {
			t.Errorf("%q\n got %s\nwant %s", tc.text, got, tc.want)
		}
		if _, list := lint(out); list.Count(diag.Error)+list.Count(diag.Warning) > 0 {
			t.Errorf("%q: %v", tc.text, list)
		}
	}
}

// A few values that do not fit are named: mended, the column has the type of all others.
func TestOddValues(t *testing.T) {
	cell := func(odd map[int]string, plain func(i int) string) func(int) string {
		return func(i int) string {
			if v, ok := odd[i]; ok {
				return fmt.Sprintf("k%d,%s", i, v)
			}
			return fmt.Sprintf("k%d,%s", i, plain(i))
		}
	}
	whole := func(i int) string { return fmt.Sprint(i) }
	for name, tc := range map[string]struct {
		cells func(int) string
		want  string
	}{
		"a line of totals": {cell(map[int]string{99: "Total"}, whole), `{type: text, nullable: false} # a text because of "Total": all others are numbers`},
		"two":              {cell(map[int]string{50: "x", 70: "y"}, whole), `{type: text, nullable: false} # a text because of "x" and 1 more: all others are numbers`},
		"a bad date":       {cell(map[int]string{50: "0000-00-00"}, func(i int) string { return stamp(i * 86400)[:10] }), `{type: text, nullable: false} # a text because of "0000-00-00": all others are dates`},
		"too many":         {cell(map[int]string{50: "a", 51: "b", 52: "c", 53: "d", 54: "e", 55: "f", 56: "g"}, whole), "{type: text, nullable: false}"},
		"too early":        {cell(map[int]string{0: "x"}, whole), "{type: text, nullable: false}"},
	} {
		if got := column(t, propose(t, input(t, "things", rows("id,v", 100, tc.cells))), "v"); got != tc.want {
			t.Errorf("%s: %s\nwant %s", name, got, tc.want)
		}
	}
}

// The reason of a choice is that of the values.
func TestDoubt(t *testing.T) {
	for cells, want := range map[string]string{"28/03/24|27/04/24": "put the year elsewhere", "03/04/2024|05/06/2024": "no day is above 12"} {
		out := propose(t, input(t, "things", "id,d\na,"+strings.Replace(cells, "|", "\nb,", 1)+"\n"))
		if !strings.Contains(out.Files[0].Text, want) {
			t.Errorf("%s: no %q in\n%s", cells, want, out.Files[0].Text)
		}
	}
}

// Names that would need quotes are cleaned, each is given once, and the name in the file is kept.
func TestNames(t *testing.T) {
	out := propose(t, input(t, "2024 Orders (all)", "id,Customer ID,customerID,customer-id,2nd,in,ctid,Größe,  pad ,#,A%,HTTPCode,xmin,order\n1,2,3,4,5,6,7,8,9,10,11,12,13,14\n"))
	for name, from := range map[string]string{"customer_id": "Customer ID", "customer_id_2": "customerID", "customer_id_3": "customer-id", "column_2nd": "2nd", "in_": "in", "ctid_": "ctid",
		"größe": "Größe", "pad": " pad ", "nr": "#", "a_percent": "A%", "http_code": "HTTPCode", "xmin_": "xmin", "order_": "order"} {
		want := `from: "` + from + `"`
		if got := column(t, out, name); !strings.Contains(got, want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if out.Tables[0].Name != "table_2024_orders_all" {
		t.Errorf("the table is %s", out.Tables[0].Name)
	}
	if _, list := lint(out); list.HasErrors() {
		t.Errorf("%v\n%s", list, text(out))
	}
}
