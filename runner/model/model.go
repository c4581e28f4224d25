// Package model is the vocabulary of runner: checked, resolved nouns without methods that can touch the world. If a value of this
// package was made by check, it is valid, and no later stage has to ask again.
package model
