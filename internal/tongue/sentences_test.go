package tongue

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// module is the program's folder.
const module = "../.."

// TestSentences: each sentence of the program takes the same arguments in each language, as many as it is given, and its Chinese is Chinese.
func TestSentences(t *testing.T) {
	t.Parallel()
	found := 0
	for where, call := range sentences(t) {
		found++
		english, ok := text(call.Args[0])
		chinese, too := text(call.Args[1])
		if !ok || !too {
			t.Errorf("%s: a sentence is written where it is said", where)
			continue
		}
		if args := len(call.Args) - 2; args > 0 { // without any a % is a %
			if want, got := verbs(english), verbs(chinese); !slices.Equal(want, got) || len(want) != args {
				t.Errorf("%s: %d arguments, and\n%q takes %v\n%q takes %v", where, args, english, want, chinese, got)
			}
		}
		if words(english) > 1 && !isChinese(chinese) {
			t.Errorf("%s: %q isn't Chinese", where, chinese)
		}
	}
	if found < 200 {
		t.Errorf("only %d sentences were found", found)
	}
}

// words are how many a sentence has beside its arguments.
func words(format string) (n int) {
	for word := range strings.FieldsSeq(verb.ReplaceAllString(format, "")) {
		if strings.ContainsFunc(word, unicode.IsLetter) {
			n++
		}
	}
	return n
}

func isChinese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([a-z%])`)

// verbs are what a format does with its arguments, in their order.
func verbs(format string) []string {
	takes := map[int]string{}
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			next = n
		}
		takes[next] = m[2]
		next++
	}
	var all []string
	for n := 1; n <= len(takes); n++ {
		all = append(all, takes[n])
	}
	return all
}

// sentences are all calls of Say in the program, by where they stand.
func sentences(t *testing.T) map[string]*ast.CallExpr {
	t.Helper()
	all, files := map[string]*ast.CallExpr{}, token.NewFileSet()
	err := filepath.WalkDir(module, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isSay(call.Fun) {
				all[files.Position(call.Pos()).String()] = call
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func isSay(called ast.Expr) bool {
	in, ok := called.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	room, ok := in.X.(*ast.Ident)
	return ok && room.Name == "tongue" && in.Sel.Name == "Say"
}

// text is what a literal, or a sum of them, says.
func text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.StringVal(constant.MakeFromLiteral(e.Value, e.Kind, 0)), e.Kind == token.STRING
	case *ast.BinaryExpr:
		left, ok := text(e.X)
		right, too := text(e.Y)
		return left + right, ok && too
	}
	return "", false
}

// TestVerbs: an argument that is left out, or taken as another, shows.
func TestVerbs(t *testing.T) {
	t.Parallel()
	for format, want := range map[string][]string{
		"%s is %d of 100%%": {"s", "d"}, "%[2]s 的 %[1]d": {"d", "s"}, "%[2]s": {""}, "none": nil,
	} {
		if got := verbs(format); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", format, got, want)
		}
	}
}
