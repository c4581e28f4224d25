SELECT count(*),
       coalesce(sum(('x' || left(h, 16))::bit(64)::bigint), 0)::text || ':' || coalesce(sum(('x' || right(h, 16))::bit(64)::bigint), 0)::text
FROM (SELECT md5({row}) AS h FROM {snapshot} f WHERE {as_of_column} = {as_of} OFFSET 0) x
