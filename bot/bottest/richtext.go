package bottest

import "maps"

// maxUnixTime is the last second of the year 9999.
const maxUnixTime = 253402300799

var richTextStyle = object(nil, fields{
	"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean,
	"highlight": boolean, "client_highlight": boolean, "unlink": boolean,
})

// inline is what stands in a line of rich text.
var inline = map[string]rule{
	"text": styled(fields{"text": text(1, anyText)}, nil),
	"link": styled(fields{"url": text(1, anyURL)}, fields{"text": text(1, anyText), "unsafe": boolean}),
	"emoji": styled(fields{"name": text(1, 255)}, fields{
		"unicode": text(1, 255), "skin_tone": integer(1, 6),
	}),
	"user":      styled(fields{"user_id": text(1, 255)}, nil),
	"usergroup": styled(fields{"usergroup_id": text(1, 255)}, nil),
	"channel":   styled(fields{"channel_id": text(1, 255)}, nil),
	"team":      styled(fields{"team_id": text(1, 255)}, nil),
	"broadcast": styled(fields{"range": enum("here", "channel", "everyone")}, nil),
	"color":     styled(fields{"value": text(1, 255)}, nil),
	"date": styled(
		fields{"timestamp": integer(0, maxUnixTime), "format": text(1, 255)},
		fields{"url": text(1, anyURL), "fallback": text(1, 255), "timezone": text(1, 255)},
	),
}

var (
	inlineElements  = fields{"elements": list(0, 1000, byType(inline))}
	richTextSection = typed(inlineElements, nil)
)

var richTextElements = map[string]rule{
	"rich_text_section":      richTextSection,
	"rich_text_preformatted": typed(inlineElements, fields{"border": integer(0, 1), "language": text(1, 255)}),
	"rich_text_quote":        typed(inlineElements, fields{"border": integer(0, 1)}),
	"rich_text_list": typed(
		fields{
			"style":    enum("bullet", "ordered"),
			"elements": list(1, 1000, byType(map[string]rule{"rich_text_section": richTextSection})),
		},
		fields{"indent": integer(0, 8), "border": integer(0, 1), "offset": integer(0, 1000)},
	),
}

func styled(required, optional fields) rule {
	all := fields{"style": richTextStyle}
	maps.Copy(all, optional)
	return typed(required, all)
}
