package database

import (
	"cmp"
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/invitebot/invitebot/internal/tongue"
)

// postgres is a database that several processes share. Each write is a transaction of its own.
type postgres struct {
	pool  *sql.DB
	begin string // what each transaction begins with; empty: nothing
}

// poolSize bounds the connections of one process; the server's limit, 100 by default, is for all of them.
const poolSize = 8

func openPostgres(ctx context.Context, url string) (*postgres, error) {
	config, err := parse(url)
	if err != nil {
		return nil, setUp(tongue.Say("DATABASE_URL can't be used: %v", "DATABASE_URL 无法使用：%v", err))
	}
	shared, err := isShared(ctx, config)
	if err != nil {
		return nil, opening(explain(config, err))
	}
	db := &postgres{pool: newPool(*config)}
	if shared {
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
		db = &postgres{pool: newPool(*config), begin: settings(true)}
	}
	db.pool.SetMaxOpenConns(poolSize)
	db.pool.SetMaxIdleConns(poolSize)
	db.pool.SetConnMaxIdleTime(5 * time.Minute)
	db.pool.SetConnMaxLifetime(30 * time.Minute) // so that servers that were added, or that changed their roles, are found
	return db, nil
}

// connectLimit is how long a server may take to let somebody in, where the address doesn't say.
const connectLimit = 5 * time.Second

// parse reads an address. Its error doesn't show it.
func parse(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil { // it shows the address; what is wrong with it is inside
		return nil, cmp.Or(errors.Unwrap(err), ErrURL)
	}
	if !strings.Contains(url, "connect_timeout=") {
		config.ConnectTimeout = connectLimit
	}
	encrypt(config)
	return config, nil
}

// settings are what each session begins with, or each transaction where sessions are shared; PostgreSQL knows all of it since
// version 12.
//
// A statement is planned once, and not again for each set of values: such a plan costs more than running it, and none
// would be another for other values. A process that stands still, or whose machine is gone, must not keep its locks from
// the others, nor wait in line for theirs: the server ends its transactions.
func settings(ofTransaction bool) string {
	const each = `SELECT set_config('plan_cache_mode', 'force_generic_plan', %[1]t), set_config('idle_in_transaction_session_timeout', '1500ms', %[1]t),
		set_config('lock_timeout', '2s', %[1]t)`
	return fmt.Sprintf(each, ofTransaction)
}

func newPool(config pgx.ConnConfig) *sql.DB {
	if config.DefaultQueryExecMode != pgx.QueryExecModeCacheStatement {
		return stdlib.OpenDB(config)
	}
	return stdlib.OpenDB(config, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.PgConn().Exec(ctx, settings(false)).ReadAll()
		return err
	}))
}

// isShared finds out whether a pooler stands in between, such as PgBouncer, which may give each transaction another session of
// the server: then nothing can be left in a session, no prepared statement either. Who the client is told to talk to isn't
// who answers then.
func isShared(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*connectLimit)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close(ctx) }()
	var answers uint32
	err = conn.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&answers)
	return answers != conn.PgConn().PID(), err
}

// encrypt leaves no way in the clear to another machine, unless "sslmode=disable" asks for it: then no way at all is encrypted.
func encrypt(config *pgx.ConnConfig) {
	ways := append([]*pgconn.FallbackConfig{{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
	if !slices.ContainsFunc(ways, func(w *pgconn.FallbackConfig) bool { return w.TLSConfig != nil }) {
		return
	}
	ways = slices.DeleteFunc(ways, func(w *pgconn.FallbackConfig) bool { return w.TLSConfig == nil && !isHere(w.Host) })
	config.Host, config.Port, config.TLSConfig, config.Fallbacks = ways[0].Host, ways[0].Port, ways[0].TLSConfig, ways[1:]
}

// isHere says whether a host is this machine.
func isHere(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || host == "localhost" || ip != nil && ip.IsLoopback()
}

// noEntry are the codes of a server that knows who it is and won't have them: invalid_password, invalid_authorization_specification,
// invalid_catalog_name, undefined_object and invalid_parameter_value (of a parameter in the address), invalid_schema_name, insufficient_privilege.
var noEntry = []string{"28P01", "28000", "3D000", "42704", "22023", "3F000", "42501"}

// explain says what to do where a server lets nobody in, or has no TLS.
func explain(config *pgx.ConnConfig, err error) error {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && slices.Contains(noEntry, refused.Code) {
		return setUp(tongue.Say("the PostgreSQL server at %s doesn't let the user %s into the database %s: %s (%s). Correct DATABASE_URL, or let the user in there",
			"位于 %s 的 PostgreSQL 服务器不允许用户 %s 访问数据库 %s：%s（%s）。请更正 DATABASE_URL，或在服务器上授权该用户", config.Host, config.User, config.Database, refused.Message, refused.Code))
	}
	_, answered := errors.AsType[*pgconn.PgError](err)
	refused, isConnect := errors.AsType[*pgconn.ConnectError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	if !strings.Contains(err.Error(), "server refused TLS connection") {
		if isConnect && !answered && !untrusted { // it has a line for each address that was tried
			inner := innermost(refused)
			return tongue.Error{Text: tongue.Say("the PostgreSQL server at %s:%d can't be reached: %v", "无法连接位于 %s:%d 的 PostgreSQL 服务器：%v", config.Host, config.Port, inner), Cause: inner}
		}
		return err
	}
	return setUp(tongue.Say("the PostgreSQL server at %s takes no encrypted connections (TLS), and what goes there would be readable on the way: switch TLS on there, "+
		"or write ?sslmode=disable behind DATABASE_URL where nobody else can listen",
		"位于 %s 的 PostgreSQL 服务器不接受加密连接（TLS），发往它的内容可能在途中被读取：请在服务器上启用 TLS；如果他人无法监听，也可在 DATABASE_URL 后加 ?sslmode=disable", config.Host))
}

// rebuild is Write: PostgreSQL changes tables in place.
func (db *postgres) rebuild(ctx context.Context, fn func(*Tx) error) error { return db.Write(ctx, fn) }

func (db *postgres) Dialect() string { return Postgres }

// Intact is for the server to see to.
func (db *postgres) Intact() error { return nil }

// lockStart waits for another process that is starting for as long as that takes.
func (db *postgres) lockStart(ctx context.Context, t *Tx) error {
	if err := t.Run(ctx, `SET LOCAL lock_timeout = 0`); err != nil {
		return err
	}
	const invitebot = 0x696e76697465 // "invite": any number that nobody else uses in this database
	return t.Run(ctx, `SELECT pg_advisory_xact_lock(?)`, int64(invitebot))
}

func (db *postgres) freeze(ctx context.Context, t *Tx, tables []string) error {
	return t.Run(ctx, `LOCK TABLE `+strings.Join(tables, ", ")+` IN SHARE ROW EXCLUSIVE MODE`)
}

// Now is the server's: the processes' own clocks may differ.
func (db *postgres) Now(ctx context.Context, t *Tx, _ time.Time) (time.Time, error) {
	var ms int64
	err := t.Row(ctx, `SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint`).Scan(&ms)
	return Unstamp(ms), err
}

func (db *postgres) renumber(ctx context.Context, t *Tx, tables []string) error {
	for _, table := range tables {
		err := t.Run(ctx, `SELECT setval(pg_get_serial_sequence(?, 'id'), GREATEST((SELECT MAX(id) FROM `+table+`), 1))`, table)
		if err != nil {
			return err
		}
	}
	return nil
}

func (db *postgres) Alone() bool { return false }

func (db *postgres) Close() error { return db.pool.Close() }

// Write runs fn again where another process was in its way: then fn finds what the other has done.
func (db *postgres) Write(ctx context.Context, fn func(*Tx) error) error {
	return again(ctx, func() error { return db.once(ctx, fn) })
}

// again does something again whose transaction surely wasn't committed: another one was in its way, or its connection was one that the
// server had closed, as those are that a pool keeps while the server is started anew.
func again(ctx context.Context, do func() error) (err error) {
	const tries = poolSize + 2
	for range tries {
		err = do()
		_, lost := errors.AsType[*lostError](err)
		if !lost && !inTheWay(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

// lostError: the connection was broken before anything came back over it, and what was sent isn't committed.
type lostError struct{ error }

func (e *lostError) Unwrap() error { return e.error }

func (db *postgres) once(ctx context.Context, fn func(*Tx) error) error {
	return db.transact(ctx, "BEGIN", func(p *pipeline) error {
		if err := fn(&Tx{conn: p, rebind: dollars, dialect: Postgres, locks: true}); err != nil {
			return err
		}
		return p.commit(ctx)
	})
}

// transact lends fn a connection, on which the transaction that it leaves open is rolled back.
func (db *postgres) transact(ctx context.Context, begin string, fn func(*pipeline) error) error {
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = conn.Close() }() // gives it back
	return conn.Raw(func(driver any) error {
		p := &pipeline{conn: driver.(*stdlib.Conn).Conn()}
		defer p.rollback()
		p.waiting.Queue(begin)
		if db.begin != "" {
			p.waiting.Queue(db.begin)
		}
		err := fn(p)
		if err != nil && p.sends <= 1 && p.conn.IsClosed() && !errors.Is(err, ErrUnsure) {
			return &lostError{err}
		}
		if isReadOnly(err) { // this server isn't the one to write to any more, and its connections must not come again
			_ = p.conn.Close(ctx)
		}
		return err
	})
}

// inTheWay says whether a transaction failed because of another one only. A unique violation is one: the same
// account, or the same envelope, was written by another process after this one had looked for it.
func inTheWay(err error) bool {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code {
	case "40001", "40P01", "23505": // serialization_failure, deadlock_detected, unique_violation
		return true
	}
	return isReadOnly(err) // another connection may lead to another server
}

// isReadOnly says whether a server takes no writes, as after a failover.
func isReadOnly(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "25006" // read_only_sql_transaction
}

func (db *postgres) Read(ctx context.Context, fn func(*Tx) error) error {
	return again(ctx, func() error {
		return db.transact(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", func(p *pipeline) error {
			return fn(&Tx{conn: p, rebind: dollars, dialect: Postgres})
		})
	})
}

// dollars writes the placeholders as PostgreSQL wants them: $1, $2, … No statement has a ? in a literal.
func dollars(query string) string {
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}
