-- Rows that were logged, as a spine.
SELECT * FROM (VALUES
{rows}
) AS v ({columns})
