package pgtest

// Sweep is sweep for the tests of this package.
var Sweep = sweep
