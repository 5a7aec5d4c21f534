package database

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// pipe commits single statements on PostgreSQL: all that wait while one commit is under way go together in the next. It
// has a connection of its own, so that people who wait for an acknowledgement don't wait behind the worker's transactions.
type pipe struct {
	pool  *sql.DB // of one connection
	queue chan *piped
	quit  chan struct{}
	ended chan struct{}
}

type piped struct {
	Statement
	ctx     context.Context
	nothing bool // it yielded no row
	done    chan error
}

func newPipe(pool *sql.DB) *pipe {
	pool.SetMaxOpenConns(1)
	p := &pipe{pool: pool, queue: make(chan *piped), quit: make(chan struct{}), ended: make(chan struct{})}
	go p.commitAll()
	return p
}

func (p *pipe) commit(ctx context.Context, s Statement) error {
	w := &piped{Statement: s, ctx: ctx, done: make(chan error, 1)}
	select {
	case p.queue <- w:
		return <-w.done
	case <-ctx.Done():
		return ctx.Err()
	case <-p.quit:
		return errClosed
	}
}

func (p *pipe) commitAll() {
	defer close(p.ended)
	for {
		select {
		case <-p.quit:
			return
		case first := <-p.queue:
			batch := gather(p.queue, first)
			err := p.send(batch)
			for _, w := range batch {
				if err == nil && w.nothing {
					w.done <- sql.ErrNoRows
					continue
				}
				w.done <- err
			}
		}
	}
}

// send runs a batch as PostgreSQL's implicit transaction: all of it is committed, or nothing.
func (p *pipe) send(batch []*piped) error {
	ctx, cancel := Patiently(context.Background()) // a caller who gives up must not end it for the others
	defer cancel()
	conn, err := p.pool.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(driver any) error {
		var b pgx.Batch
		for _, w := range batch {
			b.Queue(w.SQL, stored(w.Args)...).QueryRow(w.scan)
		}
		return driver.(*stdlib.Conn).Conn().SendBatch(ctx, &b).Close()
	})
	return errors.Join(err, conn.Close())
}

// scan takes what the statement yields. No row is no failure, which would be everybody's.
func (w *piped) scan(row pgx.Row) error {
	err := row.Scan(w.Into...)
	w.nothing = errors.Is(err, pgx.ErrNoRows)
	if w.nothing {
		return nil
	}
	return err
}

func (p *pipe) close() error {
	close(p.quit)
	<-p.ended
	return p.pool.Close()
}
