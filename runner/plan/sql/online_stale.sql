-- Online rows of a date that was restated and does not hold their key any more.
NOT {pushed} AND {date} IN ({dates}) AND NOT EXISTS (SELECT FROM {rows} k WHERE {as_of} = {date} AND {match})
