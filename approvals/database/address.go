package database

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/invitebot/invitebot/internal/tongue"
)

// An address may hold a password, and what is said of a database that can't be opened tells its host, its name, and the
// parameters that it doesn't know. So an address is refused in which a part of the password may have got among these, as
// happens with characters that should have been written as %40 and the like; and no error shows an address.

// ErrURL: the database's address is none that this program understands. The address itself may hold a password, so it
// isn't in the error.
var ErrURL = errors.New("not an address of a database")

// IsURL says whether url is written as [Open] wants it.
func IsURL(url string) bool {
	_, err := sqlitePath(url)
	return err == nil || IsPostgres(url)
}

// MeansPostgres says whether url is meant to be the address of a PostgreSQL database, well written or not.
func MeansPostgres(url string) bool {
	_, found := behindScheme(url)
	return found
}

func behindScheme(url string) (rest string, found bool) {
	if rest, found = strings.CutPrefix(url, "postgres://"); found {
		return rest, true
	}
	return strings.CutPrefix(url, "postgresql://")
}

var (
	wrongEscape = regexp.MustCompile(`%([^0-9A-Fa-f]|.?$|.[^0-9A-Fa-f])`)
	hosts       = regexp.MustCompile(`^(([\w.~%-]+|\[[\w:.%~-]+\])?(:\d*)?)(,([\w.~%-]+|\[[\w:.%~-]+\])?(:\d*)?)*$`)
	name        = regexp.MustCompile(`^[\w.~$+%-]*$`)
)

// IsPostgres says whether url is the address of a PostgreSQL database, and written so that all of a password is in the
// password's place.
func IsPostgres(url string) bool {
	rest, found := behindScheme(url)
	if !found || wrongEscape.MatchString(rest) {
		return false
	}
	if at := strings.IndexAny(rest, "@/"); at >= 0 && rest[at] == '@' { // who it is, as PostgreSQL's own programs read it
		rest = rest[at+1:]
	}
	rest, query, _ := strings.Cut(rest, "?")
	host, database, _ := strings.Cut(rest, "/")
	return hosts.MatchString(host) && name.MatchString(database) && areParameters(query)
}

// connecting are the parameters that are for the connection itself; all others go to the server, which names those that it
// doesn't know.
var connecting = []string{"host", "port", "database", "dbname", "user", "password", "passfile", "connect_timeout", "sslmode", "sslkey",
	"sslcert", "sslcertmode", "sslrootcert", "sslnegotiation", "sslpassword", "sslsni", "krbspn", "krbsrvname", "target_session_attrs",
	"service", "servicefile", "min_protocol_version", "max_protocol_version", "channel_binding", "require_auth"}

// areParameters refuses those that may be a part of a password: what stands behind an & in it, or in front of an @.
func areParameters(query string) bool {
	if query == "" {
		return true
	}
	hasPassword := strings.Contains(query, "password")
	for parameter := range strings.SplitSeq(query, "&") {
		key, value, found := strings.Cut(parameter, "=")
		known := slices.Contains(connecting, key)
		if !found || !known && (hasPassword || strings.Contains(value, "@")) || key == "port" && strings.Trim(value, "0123456789,") != "" {
			return false
		}
	}
	return true
}

// sqlitePath is the file that a database URL names.
func sqlitePath(url string) (string, error) {
	path, ok := strings.CutPrefix(url, "sqlite:")
	path = strings.TrimPrefix(path, "//")
	if !ok || strings.Trim(path, "/") == "" || strings.Contains(path, "?") || strings.Contains(path, "://") || strings.Contains(path, "password=") {
		return "", fmt.Errorf("%w: write sqlite:PATH, for instance sqlite:invitebot.db, or postgres://USER:PASSWORD@HOST/DATABASE, "+
			"with %%40 for an @ in the password and the like", ErrURL)
	}
	return path, nil
}

// MustExist refuses the address of a file that isn't there, which opening it would make.
func MustExist(url string) error {
	path, err := sqlitePath(url)
	if err != nil {
		return nil // of another kind, or refused elsewhere
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrPermission) {
		return notOpened(path, err)
	} else if err != nil {
		if whole, err := filepath.Abs(path); err == nil {
			path = whole
		}
		return setUp(tongue.Say("there is no database at %s; correct the path, or start a bot on it first, which makes it",
			"%s 处没有数据库；请更正路径，或先在该路径启动一次机器人，由它创建", path))
	}
	return mustBeFile(path)
}

// Address is how the address of a database may be shown and written down: without a password or anything else that isn't
// needed to tell which database it is.
func Address(address string) string {
	if path, err := sqlitePath(address); err == nil {
		if real, err := realPath(path); err == nil {
			path = real
		}
		return "sqlite:" + path
	}
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return "an address that can't be read"
	}
	u := url.URL{Scheme: "postgres", Host: net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))), Path: "/" + config.Database}
	if strings.HasPrefix(config.Host, "/") { // a socket's folder
		u.Host, u.RawQuery = "", url.Values{"host": {config.Host}}.Encode()
	}
	return u.String()
}
