-- What keeps a table of a schema, or one of its columns, from being dropped: table, column or '', its name. Indexes and constraints of the
-- table itself go with it and are not listed (their dependency is automatic).
SELECT DISTINCT c.relname, coalesce(a.attname, ''),
       CASE v.relkind WHEN 'v' THEN 'view ' || v.oid::regclass WHEN 'm' THEN 'materialized view ' || v.oid::regclass
                      ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
FROM pg_depend d
JOIN pg_class c ON c.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
LEFT JOIN pg_rewrite w ON w.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
LEFT JOIN pg_class v ON v.oid = w.ev_class
WHERE n.nspname = {schema} AND d.deptype = 'n' AND c.relkind IN ('r', 'p') AND v.oid IS DISTINCT FROM c.oid
ORDER BY 1, 2, 3
