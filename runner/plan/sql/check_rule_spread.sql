SELECT count(*), count({value}), count(DISTINCT ({value})::text), {ends}
FROM {rows}
WHERE {where}
