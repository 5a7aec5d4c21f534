FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/invitebot .
RUN mkdir /out/data

# Nothing but the program: it is static, keeps its times in UTC, and needs only to trust the public certificates.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/invitebot /invitebot
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
VOLUME /data
ENV DATABASE_URL=sqlite:/data/invitebot.db
# The exit status tells whether anything of the machine's own is overdue, or no bot is connected to Slack.
HEALTHCHECK --interval=1m --timeout=10s --start-period=2m CMD ["/invitebot", "status"]
ENTRYPOINT ["/invitebot"]
