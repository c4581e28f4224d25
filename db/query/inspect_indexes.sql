-- The secondary btree indexes of a schema over plain columns: table, uniqueness, column names in order.
SELECT c.relname,
       i.indisunique,
       (SELECT json_agg(a.attname ORDER BY x.ord)
        FROM unnest(i.indkey) WITH ORDINALITY AS x(num, ord)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.num)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_am m ON m.oid = x.relam
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema}
  AND NOT i.indisprimary
  AND i.indexprs IS NULL
  AND i.indpred IS NULL
  AND m.amname = 'btree'
ORDER BY c.relname, x.relname
