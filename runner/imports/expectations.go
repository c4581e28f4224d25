package imports

// Expectation is one expectation of Great Expectations: its parameters, what becomes of them, and an example. Documentation is made from
// these rows.
type Expectation struct {
	Name       string
	Others     []string // older spellings
	Parameters []string // its own, beside mostly, row_condition and the like
	Later      bool     // of 1.x only, and not among the 58 of 0.17
	Doc        string   // what is worth knowing about the rule
	Why        string   // why it has no rule; empty when it has
	Kwargs     string   // of the example, as JSON
	Pass, Fail string   // rows of which the example passes and fails: cells name=value joined by commas, rows by semicolons. Without Fail it depends on no row
	build      func(*draft)
}

// Expectations returns all that are known, in the order of the documentation.
func Expectations() []Expectation {
	var out []Expectation
	for _, part := range [][]Expectation{valueExpectations(), textExpectations(), orderExpectations(), severalExpectations(), aggregateExpectations(),
		setExpectations(), tableExpectations(), otherExpectations()} {
		out = append(out, part...)
	}
	return out
}

const prefix = "expect_"

func valueExpectations() []Expectation {
	return []Expectation{
		{Name: prefix + "column_values_to_not_be_null", Doc: "every row counts, in the share too", Kwargs: `{"column": "code"}`, Pass: "code=a; code=b", Fail: "code=a; code=", build: buildNull(" != nil")},
		{Name: prefix + "column_values_to_be_null", Kwargs: `{"column": "code", "mostly": 0.5}`, Pass: "code=a; code=", Fail: "code=a; code=b", build: buildNull(" == nil")},
		{Name: prefix + "column_values_to_be_between", Parameters: []string{"min_value", "max_value", "strict_min", "strict_max"}, Doc: "bounds are read as the type of the column says", Kwargs: `{"column": "amount", "min_value": 0, "max_value": 10, "strict_min": true}`, Pass: "amount=1; amount=10; amount=", Fail: "amount=0", build: buildBetween},
		{Name: prefix + "column_values_to_be_in_set", Parameters: []string{"value_set"}, Doc: "`null` passes and is not written, `[]` means that there may be no value", Kwargs: `{"column": "kind", "value_set": ["home", "work", null], "mostly": 0.6}`, Pass: "kind=home; kind=work; kind=x; kind=", Fail: "kind=x; kind=home", build: buildSet(false)},
		{Name: prefix + "column_values_to_not_be_in_set", Parameters: []string{"value_set"}, Kwargs: `{"column": "count", "value_set": [0, 99]}`, Pass: "count=1; count=", Fail: "count=99", build: buildSet(true)},
		{Name: prefix + "column_values_to_be_unique", Doc: "costs nothing where a key of just that column proves it", Kwargs: `{"column": "code"}`, Pass: "code=a; code=b; code=; code=", Fail: "code=a; code=a; code=b", build: buildUnique},
		{Name: prefix + "column_values_to_be_of_type", Parameters: []string{"type_"}, Doc: "names of SQLAlchemy, pandas, numpy, Python and Spark are read as the types of Postgres they stand for", Kwargs: `{"column": "count", "type_": "INTEGER"}`, Pass: "count=1", build: buildType},
		{Name: prefix + "column_values_to_be_in_type_list", Parameters: []string{"type_list"}, Kwargs: `{"column": "code", "type_list": ["VARCHAR", "TEXT"]}`, Pass: "code=a", build: buildType},
	}
}

func textExpectations() []Expectation {
	return []Expectation{
		{Name: prefix + "column_value_lengths_to_be_between", Parameters: []string{"min_value", "max_value", "strict_min", "strict_max"}, Kwargs: `{"column": "code", "min_value": 2, "max_value": 3}`, Pass: "code=ab; code=äöü; code=", Fail: "code=a", build: buildLength},
		{Name: prefix + "column_value_lengths_to_equal", Parameters: []string{"value"}, Kwargs: `{"column": "code", "value": 2}`, Pass: "code=ab; code=", Fail: "code=abc", build: buildLength},
		{Name: prefix + "column_values_to_match_regex", Parameters: []string{"regex"}, Doc: "matches anywhere, as RE2 does: what RE2 lacks is listed", Kwargs: `{"column": "code", "regex": "^[A-Z]{2}-\\d+$"}`, Pass: "code=AB-1; code=", Fail: "code=ab-1", build: buildPattern(matches)},
		{Name: prefix + "column_values_to_not_match_regex", Parameters: []string{"regex"}, Kwargs: `{"column": "code", "regex": "[0-9]"}`, Pass: "code=ab; code=", Fail: "code=a1", build: buildPattern(notMatches)},
		{Name: prefix + "column_values_to_match_regex_list", Parameters: []string{"regex_list", "match_on"}, Doc: "`any` joins with or, `all` with and", Kwargs: `{"column": "code", "regex_list": ["^a", "z$"]}`, Pass: "code=ab; code=bz; code=", Fail: "code=bb", build: buildPatterns(matches, false)},
		{Name: prefix + "column_values_to_not_match_regex_list", Parameters: []string{"regex_list"}, Kwargs: `{"column": "code", "regex_list": ["^a", "z$"]}`, Pass: "code=bb; code=", Fail: "code=ab", build: buildPatterns(notMatches, true)},
		{Name: prefix + "column_values_to_match_like_pattern", Parameters: []string{"like_pattern"}, Kwargs: `{"column": "code", "like_pattern": "A_%"}`, Pass: "code=Ab; code=Abc; code=", Fail: "code=A", build: buildPattern(like)},
		{Name: prefix + "column_values_to_not_match_like_pattern", Parameters: []string{"like_pattern"}, Kwargs: `{"column": "code", "like_pattern": "A%"}`, Pass: "code=b; code=", Fail: "code=Ab", build: buildPattern(notLike)},
		{Name: prefix + "column_values_to_match_like_pattern_list", Parameters: []string{"like_pattern_list", "match_on"}, Kwargs: `{"column": "code", "like_pattern_list": ["A%", "%z"], "match_on": "all"}`, Pass: "code=Az; code=", Fail: "code=Ab", build: buildPatterns(like, false)},
		{Name: prefix + "column_values_to_not_match_like_pattern_list", Parameters: []string{"like_pattern_list"}, Kwargs: `{"column": "code", "like_pattern_list": ["A%", "%z"]}`, Pass: "code=b; code=", Fail: "code=bz", build: buildPatterns(notLike, true)},
		{Name: prefix + "column_values_to_match_strftime_format", Parameters: []string{"strftime_format"}, Kwargs: `{"column": "code", "strftime_format": "%Y-%m-%d"}`, Pass: "code=2024-02-29; code=", Fail: "code=2023-02-29", build: buildStrftime},
		{Name: prefix + "column_values_to_be_json_parseable", Kwargs: `{"column": "code"}`, Pass: `code={"a": 1}; code=null; code=`, Fail: "code={a}", build: buildTest("is_json")},
		{Name: prefix + "column_values_to_be_dateutil_parseable", Why: "dateutil reads almost anything as a date (10, a weekday, may 5 of this year), and nothing else reads the same; is_timestamp(x) and is_date(x, format) say which texts are meant"},
		{Name: prefix + "column_values_to_match_json_schema", Parameters: []string{"json_schema"}, Why: "there are no JSON schemas in rules; declare the column jsonb and write rules about its parts, such as doc.name != nil"},
	}
}

func orderExpectations() []Expectation {
	return []Expectation{
		{Name: prefix + "column_values_to_be_increasing", Parameters: []string{"strictly"}, Doc: "in the order of the source; rows without a value are left out", Kwargs: `{"column": "count"}`, Pass: "count=1; count=; count=1; count=3", Fail: "count=2; count=1", build: buildOrder("increasing")},
		{Name: prefix + "column_values_to_be_decreasing", Parameters: []string{"strictly"}, Kwargs: `{"column": "count", "strictly": true}`, Pass: "count=3; count=1", Fail: "count=1; count=1", build: buildOrder("decreasing")},
		{Name: prefix + "column_value_z_scores_to_be_less_than", Parameters: []string{"threshold", "double_sided"}, Doc: "of a sample (n - 1). Where all values are the same there is no score: suites of 0.x fail then, those of 1.x pass", Kwargs: `{"column": "count", "threshold": 1.4, "double_sided": true}`, Pass: "count=1; count=2; count=3", Fail: "count=1; count=1; count=1; count=9", build: buildZScore},
	}
}

func severalExpectations() []Expectation {
	pair := []string{"column_A", "column_B", "ignore_row_if"}
	list := []string{"column_list", "ignore_row_if"}
	return []Expectation{
		{Name: prefix + "column_pair_values_to_be_equal", Parameters: pair, Doc: "`both_values_are_missing` (the default) leaves out rows without both, `either_value_is_missing` those without one, `neither` none; a null that is left in fails", Kwargs: `{"column_A": "day", "column_B": "due"}`, Pass: "day=2024-01-31, due=2024-01-31; day=", Fail: "day=2024-01-31, due=", build: buildPairEqual},
		{Name: prefix + "column_pair_values_a_to_be_greater_than_b", Others: []string{prefix + "column_pair_values_A_to_be_greater_than_B"}, Parameters: append([]string{"or_equal"}, pair...), Kwargs: `{"column_A": "due", "column_B": "day", "or_equal": true, "ignore_row_if": "either_value_is_missing"}`, Pass: "day=2024-01-31, due=2024-01-31; day=, due=2024-01-31", Fail: "day=2024-01-31, due=2024-01-01", build: buildPairGreater},
		{Name: prefix + "column_pair_values_to_be_in_set", Parameters: append([]string{"value_pairs_set"}, pair...), Doc: "null in a pair is a missing value", Kwargs: `{"column_A": "kind", "column_B": "code", "value_pairs_set": [["home", "h"], ["work", null]]}`, Pass: "kind=home, code=h; kind=work, code=; kind=", Fail: "kind=home, code=", build: buildPairSet},
		{Name: prefix + "select_column_values_to_be_unique_within_record", Parameters: list, Doc: "two nulls are the same", Kwargs: `{"column_list": ["amount", "count"], "ignore_row_if": "any_value_is_missing"}`, Pass: "amount=1, count=2; amount=, count=", Fail: "amount=2, count=2", build: buildDifferent},
		{Name: prefix + "compound_columns_to_be_unique", Parameters: list, Doc: "a group with a null is never repeated, as on SQL; on pandas it is", Kwargs: `{"column_list": ["code", "day"]}`, Pass: "code=a, day=2024-01-31; code=a, day=2024-02-29; code=a, day=; code=a, day=", Fail: "code=a, day=2024-01-31; code=a, day=2024-01-31", build: buildCompound},
		{Name: prefix + "multicolumn_sum_to_equal", Parameters: append([]string{"sum_total"}, list...), Doc: "`all_values_are_missing` (the default), `any_value_is_missing` or `never`, as of pairs", Kwargs: `{"column_list": ["amount", "count"], "sum_total": 100}`, Pass: "amount=60, count=40; amount=", Fail: "amount=60, count=", build: buildSum},
		{Name: prefix + "multicolumn_values_to_be_unique", Why: "Great Expectations has given it up and runs it no more: it was expect_select_column_values_to_be_unique_within_record, all_different(a, b)"},
		{Name: prefix + "multicolumn_values_to_be_equal", Later: true, Parameters: list, Kwargs: `{"column_list": ["code", "kind"]}`, Pass: "code=a, kind=a; code=", Fail: "code=a, kind=b", build: buildAllEqual},
	}
}

func aggregateExpectations() []Expectation {
	ends := []string{"min_value", "max_value", "strict_min", "strict_max"}
	return []Expectation{
		{Name: prefix + "column_min_to_be_between", Parameters: ends, Doc: "fails without any value, as all of these do", Kwargs: `{"column": "amount", "min_value": 0}`, Pass: "amount=0; amount=5", Fail: "amount=", build: buildAggregate("min", true)},
		{Name: prefix + "column_max_to_be_between", Parameters: ends, Kwargs: `{"column": "day", "max_value": "2024-01-31"}`, Pass: "day=2024-01-31", Fail: "day=2024-02-01", build: buildAggregate("max", true)},
		{Name: prefix + "column_mean_to_be_between", Parameters: ends, Kwargs: `{"column": "amount", "min_value": 1, "max_value": 2}`, Pass: "amount=1; amount=2; amount=", Fail: "amount=1; amount=9", build: buildAggregate("mean", false)},
		{Name: prefix + "column_median_to_be_between", Parameters: ends, Doc: "the mean of the two in the middle", Kwargs: `{"column": "amount", "min_value": 1.5, "max_value": 1.5}`, Pass: "amount=1; amount=2", Fail: "amount=1", build: buildAggregate("median", false)},
		{Name: prefix + "column_sum_to_be_between", Parameters: ends, Kwargs: `{"column": "count", "max_value": 10}`, Pass: "count=4; count=6", Fail: "count=11", build: buildAggregate("sum", false)},
		{Name: prefix + "column_stdev_to_be_between", Parameters: ends, Doc: "of a sample (n - 1)", Kwargs: `{"column": "count", "min_value": 0, "strict_min": true}`, Pass: "count=1; count=2", Fail: "count=1; count=1", build: buildAggregate("stddev", false)},
		{Name: prefix + "column_quantile_values_to_be_between", Parameters: []string{"quantile_ranges"}, Doc: "a value that occurs, as on SQL. A bound may be missed by one in ten thousand, and is written wider where that matters", Kwargs: `{"column": "count", "quantile_ranges": {"quantiles": [0.5, 0.9], "value_ranges": [[1, 3], [null, 9]]}}`, Pass: "count=1; count=2; count=9", Fail: "count=8; count=9", build: buildQuantiles},
		{Name: prefix + "column_unique_value_count_to_be_between", Parameters: ends, Kwargs: `{"column": "kind", "min_value": 2, "max_value": 2}`, Pass: "kind=a; kind=b; kind=a; kind=", Fail: "kind=a", build: buildUniqueCount},
		{Name: prefix + "column_proportion_of_unique_values_to_be_between", Parameters: ends, Doc: "0 without any value", Kwargs: `{"column": "kind", "max_value": 0.5}`, Pass: "kind=a; kind=a; kind=", Fail: "kind=a; kind=b", build: buildUniqueShare},
		{Name: prefix + "column_proportion_of_non_null_values_to_be_between", Later: true, Parameters: ends, Kwargs: `{"column": "kind", "min_value": 0.5}`, Pass: "kind=a; kind=", Fail: "kind=a; kind=; kind=", build: buildFilledShare},
	}
}

func setExpectations() []Expectation {
	return []Expectation{
		{Name: prefix + "column_distinct_values_to_be_in_set", Parameters: []string{"value_set"}, Doc: "passes without any value", Kwargs: `{"column": "kind", "value_set": ["home", "work"]}`, Pass: "kind=home; kind=", Fail: "kind=home; kind=x", build: buildDistinct("distinct_in")},
		{Name: prefix + "column_distinct_values_to_contain_set", Parameters: []string{"value_set"}, Kwargs: `{"column": "kind", "value_set": ["home", "work"]}`, Pass: "kind=home; kind=work; kind=x", Fail: "kind=home", build: buildDistinct("distinct_contains")},
		{Name: prefix + "column_distinct_values_to_equal_set", Parameters: []string{"value_set"}, Kwargs: `{"column": "kind", "value_set": ["home", "work"]}`, Pass: "kind=home; kind=work; kind=", Fail: "kind=home; kind=work; kind=x", build: buildDistinct("distinct_equals")},
		{Name: prefix + "column_most_common_value_to_be_in_set", Parameters: []string{"value_set", "ties_okay"}, Doc: "without `ties_okay` there must be one most common value", Kwargs: `{"column": "kind", "value_set": ["home"]}`, Pass: "kind=home; kind=home; kind=x", Fail: "kind=home; kind=x", build: buildMode},
	}
}

func tableExpectations() []Expectation {
	return []Expectation{
		{Name: prefix + "table_row_count_to_be_between", Parameters: []string{"min_value", "max_value"}, Kwargs: `{"min_value": 1, "max_value": 2}`, Pass: "count=1; count=2", Fail: "count=1; count=2; count=3", build: buildRowCount},
		{Name: prefix + "table_row_count_to_equal", Parameters: []string{"value"}, Kwargs: `{"value": 2}`, Pass: "count=1; count=2", Fail: "count=1", build: buildRowCount},
		{Name: prefix + "table_row_count_to_equal_other_table", Parameters: []string{"other_table_name"}, Doc: "the other table has to be declared", Kwargs: `{"other_table_name": "others"}`, Pass: "count=1", Fail: "count=1; count=2", build: buildOtherCount},
		{Name: prefix + "column_to_exist", Parameters: []string{"column", "column_index"}, Doc: "counted from 0", Kwargs: `{"column": "code", "column_index": 2}`, Pass: "code=a", build: buildExists},
		{Name: prefix + "table_columns_to_match_ordered_list", Parameters: []string{"column_list"}, Kwargs: `{"column_list": ["amount", "count", "code", "kind", "day", "due", "paid"]}`, Pass: "code=a", build: buildOrderedColumns},
		{Name: prefix + "table_columns_to_match_set", Parameters: []string{"column_set", "exact_match"}, Doc: "with `exact_match` false there may be more", Kwargs: `{"column_set": ["kind", "code"], "exact_match": false}`, Pass: "code=a", build: buildColumnSet},
		{Name: prefix + "table_column_count_to_equal", Parameters: []string{"value"}, Kwargs: `{"value": 7}`, Pass: "code=a", build: buildColumnCount},
		{Name: prefix + "table_column_count_to_be_between", Parameters: []string{"min_value", "max_value"}, Kwargs: `{"min_value": 5}`, Pass: "code=a", build: buildColumnCount},
		{Name: prefix + "column_type_to_be", Later: true, Parameters: []string{"type_"}, Kwargs: `{"column": "day", "type_": "DATE"}`, Pass: "day=2024-01-31", build: buildType},
	}
}

// otherExpectations compare distributions, or ask in SQL. Most have no equal.
func otherExpectations() []Expectation {
	const test = "Great Expectations has given it up and runs it no more; psi(x) compares a column with an earlier batch"
	return []Expectation{
		{Name: prefix + "column_kl_divergence_to_be_less_than", Parameters: []string{"partition_object", "threshold", "tail_weight_holdout", "internal_weight_holdout", "bucketize_data"}, Doc: "of values or of bins; what is held out goes to other values, to what is outside of the bins, and to bins without a weight. An infinite divergence fails", Kwargs: `{"column": "kind", "partition_object": {"values": ["home", "work"], "weights": [0.5, 0.5]}, "threshold": 0.1}`, Pass: "kind=home; kind=work; kind=", Fail: "kind=home; kind=home", build: buildDivergence},
		{Name: prefix + "column_chisquare_test_p_value_to_be_greater_than", Why: test},
		{Name: prefix + "column_bootstrapped_ks_test_p_value_to_be_greater_than", Why: test},
		{Name: prefix + "column_parameterized_distribution_ks_test_p_value_to_be_greater_than", Why: test},
		{Name: prefix + "column_pair_cramers_phi_value_to_be_less_than", Why: "Great Expectations has given it up and runs it no more; rules have no measure of how two columns depend on each other"},
		{Name: prefix + "column_values_to_not_be_outliers", Later: true, Parameters: []string{"method", "multiplier"}, Doc: "the method `std` only: `iqr`, which is meant when there is none, is listed, because a rule cannot compare each row with a quantile of all rows", Kwargs: `{"column": "count", "method": "std", "multiplier": 1.4}`, Pass: "count=1; count=2; count=3", Fail: "count=1; count=1; count=1; count=9", build: buildOutliers},
		{Name: prefix + "query_results_to_match_comparison", Later: true, Why: "it asks two databases, and a rule asks one"},
		{Name: "unexpected_rows_expectation", Others: []string{"expect_unexpected_rows"}, Later: true, Parameters: []string{"unexpected_rows_query"}, Doc: "a rule in SQL, with the table in place of `{batch}`; it sees the declared tables only", Kwargs: `{"unexpected_rows_query": "SELECT * FROM {batch} WHERE count > 9"}`, Pass: "count=9; count=", Fail: "count=10", build: buildQuery},
	}
}
