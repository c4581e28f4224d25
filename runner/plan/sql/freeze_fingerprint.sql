SELECT count(*), coalesce(sum(h::bit(64)::bigint), 0)::text || ':' || coalesce(sum((h << 64)::bit(64)::bigint), 0)::text
FROM (SELECT ('x' || md5({row}))::bit(128) AS h FROM {snapshot} f WHERE {as_of_column} = {as_of} OFFSET 0) x
