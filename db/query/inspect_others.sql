-- What stands in a schema under the name of a table and is none: views, foreign tables, sequences, indexes, types.
SELECT c.relname,
       CASE c.relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'f' THEN 'a foreign table'
                      WHEN 'S' THEN 'a sequence' WHEN 'c' THEN 'a type' WHEN 'r' THEN 'a partition' WHEN 'p' THEN 'a partition'
                      ELSE 'an index' END
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND (c.relkind NOT IN ('r', 'p') OR c.relispartition)
