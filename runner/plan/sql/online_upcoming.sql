-- The earliest time that is still to come: when it has come, there is something new without any load.
SELECT min({instant}) FROM {rows} r WHERE {instant} > {now}
