package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.server.ActiveChats.RunningChat;
import io.keywheel.adapters.http.server.PathRules.ApiNames;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.domain.usage.RequestTrace;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request and its outcome. Confined to the serving thread, except for its [Cancellation].
public final class RequestContext {

    static final int CLIENT_CLOSED_REQUEST = HttpError.CANCELLED.status();

    private static final System.Logger LOG = System.getLogger("io.keywheel.http");

    /// Gateways may be providers of each other, so that a request would run in a loop.
    private static final int MOST_HOPS = 4;

    private static final String GATEWAY = "Keywheel/";

    private static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    private final String id;
    private final String method;
    private final String path;
    private final ApiNames apiNames;

    /// The address and port of the connection's other end: the client or a proxy.
    private final String peer = ClientConnection.current().peer();
    private final long began = System.nanoTime();
    private final Cancellation cancellation = new Cancellation();
    private @Nullable RunningChat runningChat;
    private String requestedModel = "";

    /// The API's name in logs and metrics, such as `messages_stream`.
    private String api;
    private @Nullable Duration firstContent;
    private int status;

    private Outcome outcome = Outcome.OK;

    private String attempts = "";
    private @Nullable TokenUsage tokens;
    private @Nullable InputStream body;
    private @Nullable String client;
    private boolean isChat;
    private final ChatUsage usage = new ChatUsage();
    private @Nullable RequestTrace trace;

    private int hops;

    /// @param path without the query, which may contain a secret; empty if the request names no path
    public RequestContext(String id, String method, String path, ApiNames apiNames) {
        this.id = id;
        this.method = method;
        this.path = path;
        this.apiNames = apiNames;
        this.api = apiNames.whole();
    }

    public static RequestContext current() {
        return CURRENT.get();
    }

    /// The id of the current request for log lines, if there is one.
    public static Optional<String> currentId() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get().id) : Optional.empty();
    }

    public void during(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /// Counts the gateways that the request has passed before this one: `User-Agent` names each.
    ///
    /// @throws RefusedException as for a lack of room: a gateway in front then pauses only the model
    void countHops(Headers headers) {
        String agent = headers.first(HeaderNames.USER_AGENT).orElse("");
        hops = (agent.length() - agent.replace(GATEWAY, "").length()) / GATEWAY.length();
        if (hops >= MOST_HOPS) {
            LOG.log(Level.WARNING, "A chat is refused, because it has passed too many gateways, which may form a loop");
            throw new RefusedException(
                    HttpError.UNAVAILABLE, "the request has passed too many gateways, which may form a loop");
        }
    }

    /// The request body. Cached, because two callers read it and Helidon returns the stream only once.
    InputStream body(ServerRequest request) {
        if (body == null) {
            body = request.content().inputStream();
        }
        return body;
    }

    ClientConnection.Rest restOfBody(ServerRequest request) {
        if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            return ClientConnection.current()::dropChunks;
        }
        return ClientConnection.Rest.of(body(request));
    }

    /// Sets the chat of this request. Its slot is freed when the outcome is known, before the client can see it. Throws
    /// as [RunningChat#requireRoom].
    public void beginChat(RunningChat runningChat) {
        this.runningChat = runningChat;
        runningChat.requireRoom();
    }

    /// Called once the chat's request has arrived in full. Throws as [RunningChat#takeSlot].
    public void takeSlot() {
        Objects.requireNonNull(runningChat, "only chats take slots").takeSlot();
    }

    /// Ends the chat, if one has begun. A stop does not wait for it any longer.
    void endChat() {
        if (runningChat != null) {
            runningChat.close();
        }
    }

    private void releaseSlot() {
        if (runningChat != null) {
            runningChat.releaseSlot();
        }
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /// Records the authenticated client; null if no token is needed.
    public void authenticated(@Nullable String client) {
        this.client = client;
        isChat = !apiNames.equals(ApiNames.NO_CHAT);
    }

    /// Marks the request as not a chat, so that it does not count as usage.
    public void excludeFromUsage() {
        isChat = false;
    }

    public @Nullable String client() {
        return client;
    }

    public ChatCommand withContext(ChatCommand command) {
        return command.withClient(client)
                .withTrace(traceContext())
                .withUsageSink(usage)
                .withHops(hops);
    }

    /// The request's position in a trace; null if it is not traced.
    public @Nullable TraceContext traceContext() {
        return trace == null ? null : trace.context();
    }

    /// Starts the request's trace, if `metrics` traces requests; [GatewayMetrics#ended] ends it.
    ///
    /// @param headers looks up a trace header by name; null if it is absent
    void begin(GatewayMetrics metrics, Function<String, @Nullable String> headers) {
        trace = metrics.begun(id, method, path, headers);
    }

    @Nullable
    RequestTrace trace() {
        return trace;
    }

    ChatUsage usage() {
        return usage;
    }

    public void requestedModel(ModelSelector selector) {
        requestedModel = selector.name();
    }

    void markStreaming() {
        api = apiNames.streamed();
    }

    /// Records the serving attempt and the time to its first content. The attempt counts as cancelled until it has
    /// answered or failed.
    public void served(ServedBy servedBy) {
        attempts = AttemptTrail.of(servedBy, Outcome.CANCELLED);
        firstContent = took();
    }

    public void answered(Answer answer) {
        attempts = AttemptTrail.of(answer.servedBy(), Outcome.OK);
        if (firstContent == null) {
            firstContent = took();
        }
        tokens = answer.completion().usage();
        releaseSlot();
    }

    void attemptsFailed(List<FailedAttempt> failed) {
        if (!failed.isEmpty()) {
            attempts = AttemptTrail.of(failed);
        }
    }

    public void failed(ErrorResponse error) {
        outcome = new Outcome(error.code());
        status = firstContent == null ? error.status() : 200;
        releaseSlot();
    }

    public void clientDisconnected() {
        outcome = Outcome.CLIENT_GONE;
        status = firstContent == null ? CLIENT_CLOSED_REQUEST : 200;
    }

    /// Records the status that was sent, unless the client had disconnected.
    public void sent(int status) {
        if (this.status != CLIENT_CLOSED_REQUEST) {
            this.status = status;
        }
    }

    public String id() {
        return id;
    }

    /// The raw path of the request line, without its query.
    public String path() {
        return path;
    }

    boolean hasFailed() {
        return status >= 400 || !outcome.isOk();
    }

    /// For example `groq/1:rate_limited, cerebras/1:ok`; empty without attempts.
    String attempts() {
        return attempts;
    }

    private Duration took() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    void log(System.Logger log, Duration took) {
        log.log(
                Level.INFO,
                "id={0} peer={1} client={2} api={3} method={4} path={5} status={6} outcome={7}"
                        + " attempts=\"{8}\" ms={9} tokens={10}",
                id,
                peer,
                Objects.requireNonNullElse(client, "-"),
                api,
                RequestRecorder.escaped(method, 20),
                RequestRecorder.escaped(path, 200),
                String.valueOf(status),
                outcome.label(),
                attempts,
                String.valueOf(took.toMillis()),
                tokens == null
                        ? "-"
                        : tokens.promptTokens() + "+" + tokens.completionTokens() + "=" + tokens.totalTokens());
    }

    RequestRecord record(Instant now) {
        Duration took = took();
        return new RequestRecord(
                id,
                ClientRules.nameOf(client),
                api,
                isChat,
                new RequestRecord.Timing(now.minus(took), took, firstContent),
                usage.ending(status, outcome),
                requestedModel,
                usage.tokens());
    }
}
