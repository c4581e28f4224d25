SELECT count({column}) FROM {live} l
