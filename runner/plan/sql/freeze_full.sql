SELECT {columns} FROM {stage} s
