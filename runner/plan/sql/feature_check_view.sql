-- What a view serves of the newest rows of its source, under the names of a service.
(
    SELECT {key}, {time}{served}
    FROM (
        SELECT {keys}, {moment} AS {time}, {holds} AS {held}{features}
        FROM ({source}) s
    ) r
) {alias}
