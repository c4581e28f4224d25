package spec

func featureNotes() map[string]Note {
	return map[string]Note{
		"entity.kind": {Example: "kind: entity"},
		"entity.name": {Example: "name: customer"},
		"entity.key":  {Example: "key: {id: integer}"},

		"key column.type":          {Example: "type: integer"},
		"key column.description":   {Example: "description: the number on the invoice"},
		"query column.type":        {Example: "type: bigint"},
		"query column.description": {Example: "description: orders of the last 30 days"},
		"file column.type":         {Example: "type: timestamptz"},
		"file column.description":  {Example: "description: when the loan was asked for"},
		"input.type":               {Example: "type: numeric"},
		"input.description":        {Example: "description: what the client asks for"},

		"feature_view.kind":     {Example: "kind: feature_view"},
		"feature_view.name":     {Example: "name: client_fees"},
		"feature_view.entity":   {Names: EntityNames, Example: "entity: client"},
		"feature_view.source":   {Example: "source: clients_monthly"},
		"feature_view.keys":     {Names: ColumnNames, Example: "keys: {id: id}"},
		"feature_view.ttl":      {Example: "ttl: 62d"},
		"feature_view.join":     {Default: "latest", Example: "join: snapshot"},
		"feature_view.features": {Example: "features: [fee, {name: town, from: city}]"},
		"feature_view.derived":  {Example: "derived: {dear: fee > 100}"},
		"feature_view.online":   {Default: "true", Example: "online: false"},

		"feature source.name":         {Names: SourceNames, Example: "name: clients_monthly"},
		"feature source.query":        {Example: "query: select id, fee, seen from clients\nreads: clients\ncolumns: {id: integer, fee: numeric, seen: timestamptz}\nevent_time: seen"},
		"feature source.reads":        {Names: TableNames, Example: "query: select id, fee, seen from clients\nreads: [clients]\ncolumns: {id: integer, fee: numeric, seen: timestamptz}\nevent_time: seen"},
		"feature source.columns":      {Example: "query: select id, fee, seen from clients\nreads: clients\ncolumns: {id: integer, fee: numeric, seen: timestamptz}\nevent_time: seen"},
		"feature source.event_time":   {Example: "query: select id, fee, seen from clients\nreads: clients\ncolumns: {id: integer, fee: numeric, seen: timestamptz}\nevent_time: seen"},
		"feature source.created_time": {Example: "query: select id, fee, seen, entered from clients\nreads: clients\ncolumns: {id: integer, fee: numeric, seen: timestamptz, entered: timestamptz}\nevent_time: seen\ncreated_time: entered"},

		"feature.name": {Example: "name: fee"},
		"feature.from": {Example: "name: town\nfrom: city"},
		"feature.type": {Example: "type: numeric(10,2)"},

		"derived feature.value": {Example: "value: fee * 12"},
		"derived feature.type":  {Example: "type: numeric"},

		"feature_service.kind":     {Example: "kind: feature_service"},
		"feature_service.name":     {Example: "name: churn_v2"},
		"feature_service.features": {Example: "features: [fees.fee, {view: clients_now, prefix: now_}]"},
		"feature_service.inputs":   {Example: "inputs: {loan: numeric}"},
		"feature_service.derived":  {Example: "derived: {fee_twice: fee * 2}"},

		"feature reference.view":     {Names: OfferNames, Example: "view: fees"},
		"feature reference.features": {Example: "features: [fee]"},
		"feature reference.prefix":   {Example: "prefix: now_"},

		"training_set.kind":     {Example: "kind: training_set"},
		"training_set.name":     {Example: "name: churn_2024"},
		"training_set.spine":    {Example: "spine: orders_monthly"},
		"training_set.label":    {Names: ColumnNames, Example: "label: paid"},
		"training_set.keep":     {Names: ColumnNames, Example: "keep: [branch]"},
		"training_set.where":    {Example: "where: as_of == params.as_of\nparams: {as_of: date}"},
		"training_set.params":   {Example: "params: {as_of: date}"},
		"training_set.keys":     {Names: ColumnNames, Example: "keys: {id: client}"},
		"training_set.horizon":  {Example: "horizon: 1mo"},
		"training_set.dates":    {Example: "dates: [2024-01-31, 2024-02-29]"},
		"training_set.features": {Example: "features: churn_v1"},
		"training_set.output":   {Example: "output: data/processed/churn.csv"},

		"spine.name":       {Names: SourceNames, Example: "name: orders_monthly"},
		"spine.path":       {Example: "path: data/loans.csv\ncolumns: {id: integer, asked: timestamptz, paid: boolean}\nevent_time: asked"},
		"spine.columns":    {Example: "path: data/loans.csv\ncolumns: {id: integer, asked: timestamptz, paid: boolean}\nevent_time: asked"},
		"spine.event_time": {Example: "path: data/loans.csv\ncolumns: {id: integer, asked: timestamptz, paid: boolean}\nevent_time: asked"},
	}
}
