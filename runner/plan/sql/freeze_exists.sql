SELECT EXISTS (SELECT FROM {snapshot} WHERE {as_of_column} = {as_of})
