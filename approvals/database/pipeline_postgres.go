package database

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pipeline runs the statements of one transaction on PostgreSQL, where each way to the server and back is time that people
// wait. Only what a query or a change yields is waited for: BEGIN, and what is only to be run, wait to go with that, in
// their order, and what is run last goes with COMMIT. The server runs nothing that stands behind a statement that failed.
type pipeline struct {
	conn    *pgx.Conn
	waiting pgx.Batch
	sends   int // ways to the server so far
}

func (p *pipeline) Run(ctx context.Context, query string, args ...any) error {
	p.waiting.Queue(query, args...)
	if p.waiting.Len() < maxBatch {
		return nil
	}
	return p.send(ctx).Close()
}

func (p *pipeline) Change(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := p.run(ctx, query, args...)
	return tag.RowsAffected(), err
}

// run sends a statement and waits for it.
func (p *pipeline) run(ctx context.Context, query string, args ...any) (tag pgconn.CommandTag, err error) {
	p.waiting.Queue(query, args...).Exec(func(t pgconn.CommandTag) error {
		tag = t
		return nil
	})
	return tag, p.send(ctx).Close()
}

func (p *pipeline) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	before := p.waiting.Len()
	p.waiting.Queue(query, args...)
	results := p.send(ctx)
	for range before {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // says the same
			return nil, err
		}
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, err
	}
	return pipelined{rows, results}, nil
}

func (p *pipeline) Script(ctx context.Context, statements string) error {
	if err := p.send(ctx).Close(); err != nil {
		return err
	}
	_, err := p.conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}

func (p *pipeline) send(ctx context.Context) pgx.BatchResults {
	batch := p.waiting
	p.waiting = pgx.Batch{}
	p.sends++
	return p.conn.SendBatch(ctx, &batch)
}

// commit commits, or says that the server has rolled back instead, as it does where a statement failed. Where the server says
// nothing of it, or was told to stop just then, nobody knows: [ErrUnsure].
func (p *pipeline) commit(ctx context.Context) error {
	tag, err := p.run(ctx, "COMMIT")
	said, answered := errors.AsType[*pgconn.PgError](err)
	switch {
	case err == nil && tag.String() != "COMMIT":
		return errors.New("commit: it was rolled back")
	case err == nil:
		return nil
	case answered && !strings.HasPrefix(said.Code, "57"): // operator intervention
		return fmt.Errorf("commit: %w", err)
	}
	return fmt.Errorf("commit: %w: %w", ErrUnsure, err)
}

// rollback ends a transaction that is still open, also for a caller who gave up.
func (p *pipeline) rollback() {
	if p.conn.IsClosed() || p.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := Patiently(context.Background())
	defer cancel()
	_, _ = p.conn.PgConn().Exec(ctx, "ROLLBACK").ReadAll() // where it fails the pool closes the connection
}

// pipelined are the rows of the last one of the statements that went together.
type pipelined struct {
	pgx.Rows
	results pgx.BatchResults
}

func (r pipelined) Close() error {
	r.Rows.Close()
	return r.results.Close()
}

// Scan reads bools from the 0 and 1 that are stored for them.
func (r pipelined) Scan(into ...any) error {
	for n := range into {
		if b, ok := into[n].(*bool); ok {
			into[n] = (*bit)(b)
		}
	}
	return r.Rows.Scan(into...)
}

type bit bool

func (b *bit) Scan(stored any) error {
	*b = stored == int64(1)
	return nil
}
