-- What a store holds that has no table yet, in the shape of its source.
(SELECT * FROM ({source}) s WHERE false)
