package database

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/invitebot/invitebot/internal/checkup"
	"github.com/invitebot/invitebot/internal/tongue"
)

const variable = "DATABASE_URL"

// What is looked at.
var (
	checkItself = tongue.Say("database", "数据库")
	checkSpace  = tongue.Say("space on the disk", "磁盘空间")
	checkTLS    = tongue.Say("encryption", "加密")
	checkServer = tongue.Say("database server", "数据库服务器")
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
		found.Fail(checkItself, variable, tongue.Say("this is no address of a database", "这不是数据库地址"),
			tongue.Say("write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
				"请填写 sqlite:PATH 或 postgres://USER:PASSWORD@HOST/DATABASE"))
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
		found.Fail(checkItself, variable, tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
		return
	}
	checkFree(found, filepath.Dir(path))
	if _, err := os.Stat(path); err != nil {
		found.Pass(checkItself, tongue.Say("there is none at %s yet: the bot makes it, with an empty ledger",
			"%s 处尚无数据库：机器人会创建它，账本为空", path))
		return
	}
	db, err := glanceSQLite(ctx, path)
	if err != nil {
		found.Fail(checkItself, variable, tongue.Say("%s can't be read: %v", "无法读取 %s：%v", path, err),
			tongue.Say("name another file, or restore a backup", "请指定其他文件，或恢复备份"))
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
	remedy := tongue.Say("make room there, or name a file on another disk", "请腾出空间，或指定其他磁盘上的文件")
	switch {
	case !known:
	case free < noSpace:
		found.Fail(checkSpace, variable, tongue.Say("the file system of %s is full: %d MB are free",
			"%s 所在的文件系统已满：剩余 %d MB", folder, free>>20),
			remedy)
	case free < littleSpace:
		found.Warn(checkSpace, variable, tongue.Say("the file system of %s is nearly full: %d MB are free",
			"%s 所在的文件系统将满：剩余 %d MB", folder, free>>20),
			remedy)
	default:
		found.Pass(checkSpace, tongue.Say("%d MB are free in %s", "%[2]s 剩余 %[1]d MB", free>>20, folder))
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
		found.Fail(checkItself, variable, tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
	case IsWithoutTables(err):
		found.Pass(checkItself, tongue.Say("%s is empty: the bot makes its tables, with an empty ledger", "%s 是空的：机器人会创建数据表，账本为空", where))
	case err != nil && db.Dialect() == Postgres:
		found.Unanswered(checkItself, variable, tongue.Say("%s can't be read now: %v", "目前无法读取 %s：%v", where, err),
			tongue.Say("try again", "请重试"))
	case err != nil:
		found.Fail(checkItself, variable, tongue.Say("%s is no database of this program, or it is damaged: %v",
			"%s 不是本程序的数据库，或已损坏：%v", where, err),
			tongue.Say("name another one, or restore a backup", "请指定其他数据库，或恢复备份"))
	case version < known:
		found.Pass(checkItself, tongue.Say("%s can be written; its schema is version %d, and the bot brings it to %d at the start",
			"%s 可写入；其结构为版本 %d，机器人启动时会升级到 %d", where, version, known))
	default:
		found.Pass(checkItself, tongue.Say("%s can be written; its schema is version %d", "%s 可写入；其结构为版本 %d", where, version))
	}
}

func checkPostgres(ctx context.Context, found *checkup.List, url string, schemas fs.FS) {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	config, err := parse(url)
	if err != nil {
		found.Fail(checkServer, variable, tongue.Say("it can't be used: %v", "无法使用：%v", err),
			tongue.Say("correct it", "请更正"))
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
		found.Pass(checkServer, tongue.Say("a pooler stands in between, which is fine", "中间有连接池，没有问题"))
	}
	var there bool
	err = conn.QueryRow(ctx, `SELECT to_regclass('schema_versions') IS NOT NULL`, pgx.QueryExecModeSimpleProtocol).Scan(&there)
	switch {
	case err != nil:
		cannotConnect(found, config, err)
	case !there:
		found.Pass(checkItself, tongue.Say("%s is empty: the bot makes its tables, with an empty ledger",
			"%s 是空的：机器人会创建数据表，账本为空", Address(url)))
	default:
		checkSchema(ctx, found, db, Address(url), schemas)
	}
}

// cannotConnect says why a server doesn't let anybody in, by its code where it has said so.
func cannotConnect(found *checkup.List, config *pgx.ConnConfig, err error) {
	err = explain(config, err)
	if _, forAPerson := errors.AsType[*SetupError](err); forAPerson {
		found.Fail(checkServer, variable, tongue.Say("%v", "无法使用：%v", err), tongue.Text{})
		return
	}
	refused, answered := errors.AsType[*pgconn.PgError](err)
	var untrusted *tls.CertificateVerificationError
	switch {
	case answered && refused.Code == "53300":
		found.Fail(checkServer, variable, tongue.Say("the server at %s takes no more connections", "位于 %s 的服务器不再接受更多连接", config.Host),
			tongue.Say("raise its max_connections, or close some", "请调高其 max_connections，或关闭部分连接"))
	case answered:
		found.Fail(checkServer, variable, tongue.Say("the server at %s says: %s (%s)",
			"位于 %s 的服务器返回：%s（%s）", config.Host, refused.Message, refused.Code),
			tongue.Text{})
	case errors.As(err, &untrusted):
		found.Fail(checkTLS, variable, tongue.Say("the certificate of the server at %s isn't trusted: %v",
			"位于 %s 的服务器的证书不受信任：%v", config.Host, untrusted.Err),
			tongue.Say("name its authority with ?sslrootcert=FILE, or correct the host", "请用 ?sslrootcert=FILE 指定其证书机构，或更正主机"))
	default:
		found.Unanswered(checkServer, variable, tongue.Say("the server at %s:%d can't be reached: %v",
			"无法连接位于 %s:%d 的服务器：%v", config.Host, config.Port, innermost(err)),
			tongue.Say("start it, or correct host and port", "请启动服务器，或更正主机和端口"))
	}
}

// innermost is the cause of a failed connection, without the address around it.
func innermost(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return tongue.Error{Text: tongue.Say("no answer within %s", "%s 内没有应答", answerLimit)}
	}
	return err
}

func checkEncryption(found *checkup.List, config *pgx.ConnConfig, conn *pgx.Conn) {
	secured, encrypted := conn.PgConn().Conn().(*tls.Conn)
	switch {
	case !encrypted && !isHere(config.Host):
		found.Warn(checkTLS, variable, tongue.Say("what goes to %s can be read on the way", "发往 %s 的内容可能在途中被读取", config.Host),
			tongue.Say("leave sslmode=disable out, unless nobody else can listen", "请去掉 sslmode=disable，除非他人无法监听"))
	case !encrypted:
		found.Pass(checkTLS, tongue.Say("the server is on this machine", "服务器在本机上"))
	case len(secured.ConnectionState().VerifiedChains) == 0:
		found.Pass(checkTLS, tongue.Say("the way to %s is encrypted; whose server it is would be proved by ?sslmode=verify-full",
			"到 %s 的连接已加密；如需验证服务器身份，请用 ?sslmode=verify-full", config.Host))
	default:
		found.Pass(checkTLS, tongue.Say("the way to %s is encrypted, and the server has proved whose it is",
			"到 %s 的连接已加密，且服务器身份已验证", config.Host))
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
		found.Fail(checkServer, variable, tongue.Say("the server is PostgreSQL %d", "服务器是 PostgreSQL %d", version/10000),
			tongue.Say("use PostgreSQL 12 or newer", "请使用 PostgreSQL 12 或更高版本"))
	case readOnly:
		found.Fail(checkServer, variable, tongue.Say("the server at %s takes no writes: it is a standby, or set to read-only",
			"位于 %s 的服务器不接受写入：它是备库，或被设为只读", config.Host),
			tongue.Say("name the primary, or several hosts with ?target_session_attrs=read-write",
				"请指定主库，或用 ?target_session_attrs=read-write 指定多台主机"))
	case !mayMake, !mayWrite:
		found.Fail(checkServer, variable, tongue.Say("the user %s lacks the rights to make the bot's tables, or to write to them",
			"用户 %s 没有创建或写入机器人数据表的权限", config.User),
			tongue.Say("GRANT them, or make the user the owner of the database", "请用 GRANT 授权，或将该用户设为数据库的所有者"))
	default:
		found.Pass(checkServer, tongue.Say("PostgreSQL %d at %s takes writes",
			"位于 %[2]s 的 PostgreSQL %[1]d 可写入", version/10000, config.Host))
		return true
	}
	return false
}
