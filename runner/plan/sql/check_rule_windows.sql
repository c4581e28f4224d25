(SELECT r.*, {windows} FROM {rows})
