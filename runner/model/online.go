package model

// OnlineSchema is the schema of the online store that belongs to the tables of a schema: "online", and for tables elsewhere than in public
// a schema of its own, so that two targets in one database stay apart.
func OnlineSchema(schema string) string {
	if schema == "" || schema == "public" {
		return "online"
	}
	return "online_" + schema
}

// The columns that an online table has beside the key and the features. The row that counts is the one with the greatest
// (OnlineEventTime, OnlineCreated, OnlineRevision).
const (
	OnlineEventTime = "_event_time" // timestamptz: the instant that the row speaks for
	OnlineCreated   = "_created"    // timestamptz: when it was written, of sources that say so
	OnlineRevision  = "_revision"   // of its freeze; 0 of events
	OnlineAsOf      = "_as_of"      // of a snapshot: its date
	OnlineExpires   = "_expires"    // timestamptz: the last instant at which its values hold; NULL is for ever
	OnlinePushed    = "_pushed"     // it came with a push and not from the source
)

// OnlineColumns are those columns, in order.
func OnlineColumns() []Column {
	instant := Type{Name: "timestamp with time zone", Family: TimestampTZ}
	return []Column{
		{Name: OnlineEventTime, Type: instant},
		{Name: OnlineCreated, Type: instant, Nullable: true},
		{Name: OnlineRevision, Type: Type{Name: "bigint", Family: Integer, Bits: 64}},
		{Name: OnlineAsOf, Type: Type{Name: "date", Family: Date}, Nullable: true},
		{Name: OnlineExpires, Type: instant, Nullable: true},
		{Name: OnlinePushed, Type: Type{Name: "boolean", Family: Boolean}},
	}
}

// OnlineTable is the table that keeps the newest values of a view: the entity's key, its features under their own names (derived ones are
// computed when they are asked for), then OnlineColumns.
func (v *FeatureView) OnlineTable(schema string) Table {
	t := Table{Schema: OnlineSchema(schema), Name: v.Name, Origin: v.Origin}
	for _, k := range v.Entity.Key {
		k.Nullable = false
		t.Columns = append(t.Columns, k)
		t.PrimaryKey = append(t.PrimaryKey, k.Name)
	}
	for _, f := range v.Features {
		t.Columns = append(t.Columns, Column{Name: f.Name, Type: f.Type, Nullable: true, Description: f.Description, PII: f.PII})
	}
	t.Columns = append(t.Columns, OnlineColumns()...)
	return t
}
