SELECT count(*) FROM {table} WHERE NOT {fits}
