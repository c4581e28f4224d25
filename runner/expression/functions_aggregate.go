package expression

import "streamflow/runner/model"

// plainAggregates are those that Postgres has as they are.
func plainAggregates() []Function {
	number := []Parameter{{Name: "number", Accepts: numberArg}}
	plain := func(accepts []model.Family) []Parameter {
		return []Parameter{{Name: "x", Accepts: accepts, Plain: true}}
	}
	return []Function{
		{Name: "row_count", Aggregate: true, Result: model.Integer, SQL: `count(*){where}`, Fold: foldCount, Digits: 19, Doc: "number of rows", Example: `row_count() >= 1000`},
		{Name: "count", Aggregate: true, Parameters: plain(nil), Result: model.Integer, SQL: `count({0}){where}`, Fold: foldCount, Digits: 19, Doc: "number of rows in which the value is not nil", Example: `count(code) > 0`},
		{Name: "count_distinct", Aggregate: true, Parameters: plain(nil), Result: model.Integer, SQL: `count(DISTINCT {0}){where}`, Fold: foldDistinct, Digits: 19, Doc: "number of different values, nil aside", Example: `count_distinct(code) == 3`},
		{Name: "sum", Aggregate: true, Parameters: number, SQL: `sum({0}){where}`, Fold: foldSum, Doc: "the sum of the values; nil without any", Example: `sum(amount) > 0`},
		{Name: "mean", Aggregate: true, Parameters: number, Result: model.Numeric, SQL: `avg({0}){where}`, Fold: foldMean, Doc: "the mean of the values; nil without any", Example: `mean(amount) < 50`},
		{Name: "min", Aggregate: true, Parameters: plain(orderedArg), SQL: `min({0}){where}`, Fold: foldExtreme(1), Doc: "the smallest value; nil without any", Example: `min(amount) >= 0`},
		{Name: "max", Aggregate: true, Parameters: plain(orderedArg), SQL: `max({0}){where}`, Fold: foldExtreme(-1), Doc: "the greatest value; nil without any", Example: `max(amount) <= 100`},
	}
}
