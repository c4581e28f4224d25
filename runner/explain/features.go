package explain

// features are the checks of entities, feature views, feature services and training sets.
var features = group{Letter: "F", Title: "Features", advice: map[string]advice{}}
