ALTER TABLE {table} {what}
