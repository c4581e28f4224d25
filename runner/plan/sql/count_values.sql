SELECT count({column}) FROM {table}
