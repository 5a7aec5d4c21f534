package bottest

// eventsAPI is the type of envelopes that carry events (docs.slack.dev/apis/events-api).
const eventsAPI = "events_api"

// eventRetries is how often an event is delivered again that nobody acknowledged. Slack does it "nearly immediately", after a
// minute and after 5 minutes; here there are no pauses. Whether the envelope has the same ID again isn't documented: what
// identifies an event is its event_id.
const eventRetries = 3

// eventPayload is the callback around an event. ws.mu is held.
func (ws *Workspace) eventPayload(event answer) answer {
	authorization := answer{
		"enterprise_id": nil, "team_id": ws.TeamID, "user_id": ws.BotUserID, "is_bot": true, "is_enterprise_install": false,
	}
	if id := ws.opts.EnterpriseID; id != "" {
		authorization["enterprise_id"] = id
	}
	return answer{
		"type": "event_callback", "token": "bottest", "team_id": ws.TeamID, "api_app_id": ws.AppID,
		"event": event, "event_id": ws.id("Ev"), "event_time": ws.now().Unix(),
		"authorizations": []answer{authorization}, "is_ext_shared_channel": false,
	}
}
