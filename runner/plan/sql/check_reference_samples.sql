SELECT {file}, {line}, {values}
FROM {stage} r{joins}
WHERE {present} AND {missing}
ORDER BY 1, 2
LIMIT 20
