-- Rows whose value exists nowhere when the run is over, and rows that rest on a live row alone.
SELECT count(*) FILTER (WHERE {missing}), count(*) FILTER (WHERE NOT ({missing}) AND NOT ({staged}))
FROM {stage} r{joins}
WHERE {present}
