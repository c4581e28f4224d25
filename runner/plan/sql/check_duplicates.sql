-- Asked only when there are fewer keys than rows: which keys, how often, and where the first of them stand.
SELECT {key_text}, count(*), json_agg(json_build_array({file}, {line}) ORDER BY {file}, {line}) FILTER (WHERE "#n" <= 5)
FROM (
    SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {file}, {line}) AS "#n"
    FROM {stage} s
) r
GROUP BY {key}
HAVING count(*) > 1
ORDER BY min({file}), min({line})
LIMIT 20
