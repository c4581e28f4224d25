-- Asked of the catalog with a snapshot of its own: to_regclass answers from a cache that a session which waited for an advisory lock has
-- not renewed yet.
SELECT EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'runner' AND c.relname = 'version'
)
