-- Rows that were pushed. Of several of one key the newest counts, of equal ones the last.
SELECT DISTINCT ON ({key}) {columns}
FROM (VALUES
{rows}
) AS v ({columns}, {position})
ORDER BY {order}
