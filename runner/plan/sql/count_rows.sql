SELECT count(*) FROM {rows} r
