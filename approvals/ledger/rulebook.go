package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Rulebook is the rules of a bot as the ledger tells them: what they are configured as, by the names of the variables.
type Rulebook map[string]string

// JSON is the same for the same rules.
func (r Rulebook) JSON() string {
	raw, err := json.Marshal(r) // which sorts the names
	if err != nil {
		panic(err) // a map of strings
	}
	return string(raw)
}

// Hash is short and the same for the same rules.
func (r Rulebook) Hash() string {
	sum := sha256.Sum256([]byte(r.JSON()))
	return hex.EncodeToString(sum[:])
}

// Change is one of the rules that isn't what it was.
type Change struct{ Name, Before, After string }

// Until tells what has changed in the rules that come after these.
func (r Rulebook) Until(after Rulebook) (changes []Change) {
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before, there := r[name]; !there || before != after[name] {
			changes = append(changes, Change{name, cmp.Or(before, unset), cmp.Or(after[name], unset)})
		}
	}
	return changes
}

// unset is the value of what isn't configured.
const unset = "not set"

// tell says in words what the rules are and, where others were in force before, what those were.
func (r Rulebook) tell(before Rulebook) string {
	var all []string
	for _, c := range before.Until(r) {
		if len(before) == 0 {
			all = append(all, c.Name+" is "+c.After)
		} else {
			all = append(all, fmt.Sprintf("%s was %s and is %s", c.Name, c.Before, c.After))
		}
	}
	return strings.Join(all, "; ")
}
