-- True once a column is not what it was when the statement was made: it was not there, or of another type.
(SELECT format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = to_regclass({table}) AND a.attname = {column} AND NOT a.attisdropped) IS DISTINCT FROM {found}
