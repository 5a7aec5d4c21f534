package database

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/invitebot/invitebot/internal/checkup"
)

const (
	variable    = "DATABASE_URL"
	checkItself = "database"
	checkSpace  = "space on the disk"
	checkTLS    = "encryption"
	checkServer = "database server"
)

// answerLimit is how long a server may take before it counts as not answering.
const answerLimit = 2500 * time.Millisecond

// Check looks whether a program that knows the schemas could work on the database at url. It leaves everything as it is, makes no file, and takes no
// lock that a bot could find in its way.
func Check(ctx context.Context, url string, schemas fs.FS) (found checkup.List) {
	if IsPostgres(url) {
		checkPostgres(ctx, &found, url, schemas)
		return found
	}
	path, err := sqlitePath(url)
	if err != nil {
		found.Fail(checkItself, variable, "write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE", "this is no address of a database")
		return found
	}
	checkSQLite(ctx, &found, path, schemas)
	return found
}

func checkSQLite(ctx context.Context, found *checkup.List, path string, schemas fs.FS) {
	path, err := realPath(path)
	if err == nil {
		err = mustHold(path)
	}
	if err == nil {
		err = mustBeWritable(path)
	}
	if err == nil {
		err = mustLock(filepath.Dir(path))
	}
	if err != nil {
		found.Fail(checkItself, variable, "", "%v", err)
		return
	}
	checkFree(found, filepath.Dir(path))
	if _, err := os.Stat(path); err != nil {
		found.Pass(checkItself, "there is none at %s yet: the bot makes it, with an empty ledger", path)
		return
	}
	db, err := glanceSQLite(ctx, path)
	if err != nil {
		found.Fail(checkItself, variable, "name another file, or restore a backup", "%s can't be read: %v", path, err)
		return
	}
	defer func() { _ = db.Close() }()
	checkSchema(ctx, found, db, path, schemas)
}

// mustLock tries on a file of its own whether the file system has locks.
func mustLock(folder string) error {
	probe, err := os.CreateTemp(folder, ".invitebot-*")
	if err != nil {
		return notOpened(folder, err)
	}
	defer func() { _, _ = os.Remove(probe.Name()), os.Remove(probe.Name()+".lock") }()
	defer func() { _ = probe.Close() }()
	lock, err := lockFile(probe.Name())
	if err != nil {
		return err
	}
	return lock.Close()
}

// What a ledger grows by in years, and what the next commit needs.
const (
	littleSpace = 200 << 20 // bytes
	noSpace     = 10 << 20
)

// CheckSpace looks whether there is room for what a bot writes, where the database is a file. A process that has it open may, too.
func CheckSpace(url string) (found checkup.List) {
	if path, err := sqlitePath(url); err == nil {
		if path, err = realPath(path); err == nil {
			checkFree(&found, filepath.Dir(path))
		}
	}
	return found
}

func checkFree(found *checkup.List, folder string) {
	free, known := freeSpace(folder)
	const remedy = "make room there, or name a file on another disk"
	switch {
	case !known:
	case free < noSpace:
		found.Fail(checkSpace, variable, remedy, "the file system of %s is full: %d MB are free", folder, free>>20)
	case free < littleSpace:
		found.Warn(checkSpace, variable, remedy, "the file system of %s is nearly full: %d MB are free", folder, free>>20)
	default:
		found.Pass(checkSpace, "%d MB are free in %s", free>>20, folder)
	}
}

// checkSchema says whether the program knows the database's schema.
func checkSchema(ctx context.Context, found *checkup.List, db DB, where string, schemas fs.FS) {
	known, err := Newest(schemas, db.Dialect())
	var version int
	if err == nil {
		err = db.Read(ctx, func(t *Tx) error {
			version, err = Schema(ctx, t, known)
			return err
		})
	}
	_, forAPerson := errors.AsType[*SetupError](err)
	switch {
	case forAPerson:
		found.Fail(checkItself, variable, "", "%v", err)
	case IsWithoutTables(err):
		found.Pass(checkItself, "%s is empty: the bot makes its tables, with an empty ledger", where)
	case err != nil && db.Dialect() == Postgres:
		found.Unanswered(checkItself, variable, "try again", "%s can't be read now: %v", where, err)
	case err != nil:
		found.Fail(checkItself, variable, "name another one, or restore a backup", "%s is no database of this program, or it is damaged: %v", where, err)
	case version < known:
		found.Pass(checkItself, "%s can be written; its schema is version %d, and the bot brings it to %d at the start", where, version, known)
	default:
		found.Pass(checkItself, "%s can be written; its schema is version %d", where, version)
	}
}

func checkPostgres(ctx context.Context, found *checkup.List, url string, schemas fs.FS) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	config, err := parse(url)
	if err != nil {
		found.Fail(checkServer, variable, "correct it", "it can't be used: %v", err)
		return
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		cannotConnect(found, config, err)
		return
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	checkEncryption(found, config, conn)
	if !checkServerItself(ctx, found, config, conn) {
		return
	}
	db, err := openPostgres(ctx, url)
	if err != nil {
		cannotConnect(found, config, err)
		return
	}
	defer func() { _ = db.Close() }()
	if db.begin != "" {
		found.Pass(checkServer, "a pooler stands in between, which is fine")
	}
	var there bool
	err = conn.QueryRow(ctx, `SELECT to_regclass('schema_versions') IS NOT NULL`, pgx.QueryExecModeSimpleProtocol).Scan(&there)
	switch {
	case err != nil:
		cannotConnect(found, config, err)
	case !there:
		found.Pass(checkItself, "%s is empty: the bot makes its tables, with an empty ledger", Address(url))
	default:
		checkSchema(ctx, found, db, Address(url), schemas)
	}
}

// cannotConnect says why a server doesn't let anybody in, by its code where it has said so.
func cannotConnect(found *checkup.List, config *pgx.ConnConfig, err error) {
	err = explain(config, err)
	if _, forAPerson := errors.AsType[*SetupError](err); forAPerson {
		found.Fail(checkServer, variable, "", "%v", err)
		return
	}
	refused, answered := errors.AsType[*pgconn.PgError](err)
	var untrusted *tls.CertificateVerificationError
	switch {
	case answered && refused.Code == "53300":
		found.Fail(checkServer, variable, "raise its max_connections, or close some", "the server at %s takes no more connections", config.Host)
	case answered:
		found.Fail(checkServer, variable, "", "the server at %s says: %s (%s)", config.Host, refused.Message, refused.Code)
	case errors.As(err, &untrusted):
		found.Fail(checkTLS, variable, "name its authority with ?sslrootcert=FILE, or correct the host", "the certificate of the server at %s isn't trusted: %v", config.Host, untrusted.Err)
	default:
		found.Unanswered(checkServer, variable, "start it, or correct host and port", "the server at %s:%d can't be reached: %v", config.Host, config.Port, innermost(err))
	}
}

// innermost is the cause of a failed connection, without the address around it.
func innermost(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s", answerLimit)
	}
	return err
}

func checkEncryption(found *checkup.List, config *pgx.ConnConfig, conn *pgx.Conn) {
	secured, encrypted := conn.PgConn().Conn().(*tls.Conn)
	switch {
	case !encrypted && !isHere(config.Host):
		found.Warn(checkTLS, variable, "leave sslmode=disable out, unless nobody else can listen", "what goes to %s can be read on the way", config.Host)
	case !encrypted:
		found.Pass(checkTLS, "the server is on this machine")
	case len(secured.ConnectionState().VerifiedChains) == 0:
		found.Pass(checkTLS, "the way to %s is encrypted; whose server it is would be proved by ?sslmode=verify-full", config.Host)
	default:
		found.Pass(checkTLS, "the way to %s is encrypted, and the server has proved whose it is", config.Host)
	}
}

// oldestServer is the oldest PostgreSQL that the SQL here is for, as server_version_num has it.
const oldestServer = 120000

// checkServerItself says whether the server is one to write to.
func checkServerItself(ctx context.Context, found *checkup.List, config *pgx.ConnConfig, conn *pgx.Conn) bool {
	var version int
	var readOnly, mayMake, mayWrite bool
	err := conn.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on',
		COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false),
		COALESCE(has_table_privilege(to_regclass('events'), 'INSERT') AND has_table_privilege(to_regclass('requests'), 'UPDATE'), true)`,
		pgx.QueryExecModeSimpleProtocol).Scan(&version, &readOnly, &mayMake, &mayWrite)
	switch {
	case err != nil:
		cannotConnect(found, config, err)
	case version < oldestServer:
		found.Fail(checkServer, variable, "use PostgreSQL 12 or newer", "the server is PostgreSQL %d", version/10000)
	case readOnly:
		found.Fail(checkServer, variable, "name the primary, or several hosts with ?target_session_attrs=read-write", "the server at %s takes no writes: it is a standby, or set to read-only", config.Host)
	case !mayMake, !mayWrite:
		found.Fail(checkServer, variable, "GRANT them, or make the user the owner of the database", "the user %s lacks the rights to make the bot's tables, or to write to them", config.User)
	default:
		found.Pass(checkServer, "PostgreSQL %d at %s takes writes", version/10000, config.Host)
		return true
	}
	return false
}
