package pg

import (
	"context"
	"hash/fnv"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
)

// LockKey turns a name into the key of an advisory lock. Advisory locks belong to one database, so the name needs the schema and
// nothing else.
func LockKey(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte("runner:" + name))
	return int64(h.Sum64())
}

// TryLock takes a session advisory lock if it is free. It is held until Unlock or the end of the connection, so a process that
// dies frees it.
func (d *DB) TryLock(ctx context.Context, key int64) (bool, error) {
	row, err := d.One(ctx, "SELECT pg_try_advisory_lock("+pgsql.Int(key)+")")
	return err == nil && row.Bool(0), err
}

// Lock is one of the locks of LockAll. Sessions that share a lock do not exclude each other.
type Lock struct {
	Name   string
	Shared bool
}

func (l Lock) try(ctx context.Context, db *DB) (bool, error) {
	if !l.Shared {
		return db.TryLock(ctx, LockKey(l.Name))
	}
	row, err := db.One(ctx, "SELECT pg_try_advisory_lock_shared("+pgsql.Int(LockKey(l.Name))+")")
	return err == nil && row.Bool(0), err
}

func (l Lock) free(ctx context.Context, db *DB) error {
	if !l.Shared {
		return db.Unlock(ctx, LockKey(l.Name))
	}
	_, err := db.Exec(ctx, "SELECT pg_advisory_unlock_shared("+pgsql.Int(LockKey(l.Name))+")")
	return err
}

// Unlock frees a lock taken by TryLock.
func (d *DB) Unlock(ctx context.Context, key int64) error {
	_, err := d.Exec(ctx, "SELECT pg_advisory_unlock("+pgsql.Int(key)+")")
	return err
}

// UnlockAll frees every advisory lock of the connection.
func (d *DB) UnlockAll(ctx context.Context) error {
	_, err := d.Exec(ctx, "SELECT pg_advisory_unlock_all()")
	return err
}

// Holder returns the application name of the session that holds a lock, or "" when it is free by now.
func (d *DB) Holder(ctx context.Context, key int64) (string, error) {
	holder, _, err := d.holder(ctx, pgsql.Int(key))
	return holder, err
}

// Busy tells whether a session holds one of the locks that are not shared, and its application name: "" where this role may not know it.
func (d *DB) Busy(ctx context.Context, locks []Lock) (holder string, busy bool, err error) {
	var keys []pgsql.Frag
	for _, l := range locks {
		if !l.Shared {
			keys = append(keys, pgsql.Int(LockKey(l.Name)))
		}
	}
	if len(keys) == 0 {
		return "", false, nil
	}
	return d.holder(ctx, pgsql.Join(keys, ", "))
}

func (d *DB) holder(ctx context.Context, keys pgsql.Frag) (name string, held bool, err error) {
	rows, err := d.Query(ctx, pgsql.Fill(db.Query("lock_holder"), pgsql.Holes{"keys": keys}))
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	return rows[0].Text(0), true, nil
}

// lockPoll is how often a waiting run asks again. Asking is cheaper than holding a queue place, which would hide the holder.
const lockPoll = 300 * time.Millisecond

// LockAll takes every lock, in the order given, which must be the same for everybody. When one is held it frees those
// it has and returns the name and the holder; with wait it asks again until ctx ends. waiting is told once whom it waits for.
func (d *DB) LockAll(ctx context.Context, locks []Lock, wait bool, waiting func(name, holder string)) (held, holder string, err error) {
	told := false
	for {
		held, holder, err = d.tryAll(ctx, locks)
		if err != nil || held == "" || !wait {
			return held, holder, err
		}
		if !told && waiting != nil {
			waiting(held, holder)
			told = true
		}
		select {
		case <-ctx.Done():
			return held, holder, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

func (d *DB) tryAll(ctx context.Context, locks []Lock) (held, holder string, err error) {
	for i, lock := range locks {
		ok, err := lock.try(ctx, d)
		if err != nil {
			return "", "", err
		}
		if ok {
			continue
		}
		for _, taken := range locks[:i] {
			if err := taken.free(ctx, d); err != nil {
				return "", "", err
			}
		}
		holder, err := d.Holder(ctx, LockKey(lock.Name))
		return lock.Name, holder, err
	}
	return "", "", nil
}

// Announce sets the application name, by which another run says who holds a lock.
func (d *DB) Announce(ctx context.Context, name string) error {
	_, err := d.Exec(ctx, "SET application_name = "+pgsql.Literal(first(name, 60)))
	return err
}
