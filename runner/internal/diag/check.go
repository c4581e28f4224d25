package diag

// Check is one kind of finding. ID and Name never change and are never used again for something else.
type Check struct {
	ID       string
	Name     string // its slug
	Severity Severity
	Title    string // one line for documentation
}

// Lookup returns the check of an id in some lists. One that is in none has nothing but its id.
func Lookup(id string, lists ...[]Check) Check {
	for _, list := range lists {
		for _, c := range list {
			if c.ID == id {
				return c
			}
		}
	}
	return Check{ID: id}
}

// At makes a finding of the check, of its usual severity.
func (c Check) At(place Place, message, hint string) Diagnostic {
	return Diagnostic{Place: place, Severity: c.Severity, ID: c.ID, Name: c.Name, Message: message, Hint: hint}
}
