(SELECT {columns}, true AS {found} FROM {rows} j)
