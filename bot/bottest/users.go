package bottest

import "cmp"

func (ws *Workspace) usersInfo(a args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u, ok := ws.people.users[a["user"]]
	if !ok {
		return nil, refuse("user_not_found")
	}
	user := ws.userJSON(u)
	if a.is("include_locale") {
		user["locale"] = cmp.Or(u.Locale, "en-US")
	}
	return answer{"user": user}, nil
}

func (ws *Workspace) userJSON(u User) answer {
	a := answer{
		"id": u.ID, "name": u.Name, "real_name": u.RealName, "team_id": u.TeamID, "deleted": u.Deleted,
		"is_bot": u.Bot, "is_app_user": false, "is_stranger": ws.isStranger(u),
		"is_restricted":       u.Guest || u.SingleChannelGuest,
		"is_ultra_restricted": u.SingleChannelGuest,
		"profile": answer{
			"real_name": u.RealName, "real_name_normalized": u.RealName,
			"display_name": u.DisplayName, "display_name_normalized": u.DisplayName, "team": u.TeamID,
		},
	}
	if u.EnterpriseID != "" {
		a["enterprise_user"] = answer{"id": u.ID, "enterprise_id": u.EnterpriseID, "teams": []string{u.TeamID}}
	}
	return a
}

// isStranger is true only for those of another workspace who share no channel with
// the bot: whoever can press a button does, so that it is no proof of belonging.
func (ws *Workspace) isStranger(u User) bool {
	if !ws.foreign(u) {
		return false
	}
	for _, r := range ws.rooms {
		if r.BotIsMember && r.DirectWith == "" && r.has(u, ws.TeamID) {
			return false
		}
	}
	return true
}

// foreign reports whether somebody belongs neither to this workspace nor to its organization.
func (ws *Workspace) foreign(u User) bool {
	org := ws.opts.EnterpriseID
	return u.TeamID != ws.TeamID && (org == "" || u.EnterpriseID != org)
}

func (ws *Workspace) usergroupsUsersList(a args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.opts.WithoutGroups {
		return nil, refuse("plan_upgrade_required")
	}
	g, ok := ws.group(a["usergroup"])
	if !ok {
		return nil, refuse("no_such_subteam")
	}
	return answer{"users": orEmpty(g.Members)}, nil
}

func (ws *Workspace) usergroupsList(a args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.opts.WithoutGroups {
		return nil, refuse("plan_upgrade_required")
	}
	list := []answer{}
	for _, g := range sorted(ws.people.groups, func(g Group) string { return g.ID }) {
		if g.Disabled && !a.is("include_disabled") {
			continue
		}
		list = append(list, ws.groupJSON(g, a))
	}
	return answer{"usergroups": list}, nil
}

func (ws *Workspace) groupJSON(g Group, a args) answer {
	group := answer{
		"id": g.ID, "team_id": ws.TeamID, "is_usergroup": true, "is_external": false,
		"name": cmp.Or(g.Handle, g.ID), "handle": g.Handle, "date_delete": 0,
	}
	if g.Disabled {
		group["date_delete"] = ws.now().Unix()
	}
	if a.is("include_count") {
		group["user_count"] = len(g.Members)
	}
	if a.is("include_users") {
		group["users"] = orEmpty(g.Members)
	}
	return group
}

// orEmpty keeps a list without elements from becoming null.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
