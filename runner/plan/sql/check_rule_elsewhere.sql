SELECT ({value})::text FROM {rows} r
