package io.keywheel.adapters.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.metrics.GatewayMetrics;
import io.keywheel.adapters.http.metrics.RequestTrace;
import io.keywheel.adapters.http.server.PathRules.ApiNames;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.client.ClientRules;
import io.keywheel.domain.failover.FailedAttempt;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.status.TraceContext;
import io.keywheel.domain.usage.Outcome;
import io.keywheel.domain.usage.RequestRecord;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One request and what became of it. Confined to the thread that serves it, but for its [Cancellation].
public final class RequestContext {

    /// The client left before it was answered.
    static final int CLIENT_LEFT = 499;

    private static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    private final String id;
    private final String method;
    private final String path;
    private final ApiNames apiNames;

    /// The address and port of the other end of the connection: the client, or what it came by.
    private final String peer = ClientConnection.current().peer();
    private final long began = System.nanoTime();
    private final Cancellation cancellation = new Cancellation();
    private Runnable onOutcome = () -> {};
    private @Nullable ModelSelector modelSelector;

    /// What it is counted as: `messages_stream`.
    private String api;
    private @Nullable Duration firstContent;
    private int status;

    private Outcome outcome = Outcome.OK;

    /// Null while no attempt serves it, and once the one that did has failed.
    private @Nullable ServedBy servedBy;

    private List<FailedAttempt> failedAttempts = List.of();
    private boolean isAnswered;
    private @Nullable TokenUsage tokens;
    private @Nullable InputStream body;
    private @Nullable String client;
    private boolean isChat;
    private final ChatUsage usage = new ChatUsage();
    private @Nullable RequestTrace trace;

    /// @param path without its query, in which a client may have written a secret; empty where none was asked for
    public RequestContext(String id, String method, String path, ApiNames apiNames) {
        this.id = id;
        this.method = method;
        this.path = path;
        this.apiNames = apiNames;
        this.api = apiNames.whole();
    }

    /// The request that this thread works for.
    public static RequestContext current() {
        return CURRENT.get();
    }

    /// The id of that request, if there is one, so that log lines can name it.
    public static Optional<String> currentId() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get().id) : Optional.empty();
    }

    public void during(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /// What the client sends: Helidon hands it out only once, and it is read to its end in two places.
    InputStream body(ServerRequest request) {
        if (body == null) {
            body = request.content().inputStream();
        }
        return body;
    }

    /// Reads what the client still sends of the body, and drops it.
    ClientConnection.Rest restOfBody(ServerRequest request) {
        if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            return ClientConnection.current()::dropChunks;
        }
        InputStream rest = body(request);
        return () -> rest.transferTo(OutputStream.nullOutputStream());
    }

    /// What to do once it is known how the request ends, before the client can see it.
    public void onOutcome(Runnable work) {
        onOutcome = work;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /// It was let in as one of `client`; null where no token is needed.
    public void client(@Nullable String client) {
        this.client = client;
        isChat = !apiNames.equals(ApiNames.NO_CHAT);
    }

    /// Keeps the request out of the last chats: it asks for none, though others of its API do.
    public void countsAsNoChat() {
        isChat = false;
    }

    public @Nullable String client() {
        return client;
    }

    /// The command as one of this request's client, whose usage this request records.
    public ChatCommand named(ChatCommand command) {
        return command.by(client).in(traceContext()).reportingTo(usage);
    }

    /// Where it is in a trace; null where it is in none.
    public @Nullable TraceContext traceContext() {
        return trace == null ? null : trace.context();
    }

    /// Follows it from now on, where `metrics` follow requests, until [#endTrace].
    ///
    /// @param headers finds where it is in a trace; null for one that is not there
    void begin(GatewayMetrics metrics, Function<String, @Nullable String> headers) {
        trace = metrics.begun(id, method, path, headers);
    }

    void endTrace(RequestRecord ended) {
        if (trace != null) {
            trace.ended(client, ended);
        }
    }

    ChatUsage usage() {
        return usage;
    }

    /// It was read as a chat.
    public void asks(ModelSelector modelSelector) {
        this.modelSelector = modelSelector;
    }

    void streams() {
        api = apiNames.streamed();
    }

    /// The first content is there.
    public void served(ServedBy servedBy) {
        this.servedBy = servedBy;
        firstContent = took();
    }

    public void answered(Answer answer) {
        isAnswered = true;
        if (firstContent == null) {
            firstContent = took();
        }
        servedBy = answer.serving();
        tokens = answer.completion().usage();
        onOutcome.run();
    }

    /// All its attempts have failed; there may be none.
    void attemptsFailed(List<FailedAttempt> attempts) {
        if (!attempts.isEmpty()) {
            servedBy = null;
            failedAttempts = attempts;
        }
    }

    public void failed(ErrorResponse error) {
        outcome = new Outcome(error.code());
        status = firstContent == null ? error.status() : 200;
        onOutcome.run();
    }

    public void clientLeft() {
        outcome = Outcome.CLIENT_GONE;
        status = firstContent == null ? CLIENT_LEFT : 200;
    }

    public void status(int status) {
        this.status = status;
    }

    /// The head of an answer was sent, as far as the client was there to see it.
    void sent(int status) {
        if (this.status != CLIENT_LEFT) {
            this.status = status;
        }
    }

    public String id() {
        return id;
    }

    /// As it stands in the request line, without its query.
    public String path() {
        return path;
    }

    int status() {
        return status;
    }

    boolean isOk() {
        return outcome.isOk();
    }

    /// As `groq/1:rate_limited, cerebras/1:ok`; empty where no attempt was made. An attempt whose answer is not sent to
    /// its end was cut short here, unless it failed by itself.
    String attempts() {
        return servedBy == null
                ? AttemptTrail.of(failedAttempts)
                : AttemptTrail.of(servedBy, isAnswered ? Outcome.OK : Outcome.of(Failure.Kind.CANCELLED));
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
                CompletionRecorder.shown(method, 20),
                CompletionRecorder.shown(path, 200),
                String.valueOf(status),
                outcome.label(),
                attempts(),
                String.valueOf(took.toMillis()),
                tokens == null
                        ? "-"
                        : tokens.promptTokens() + "+" + tokens.completionTokens() + "=" + tokens.totalTokens());
    }

    /// What there is to say of it, now that it has ended.
    RequestRecord record(Instant now) {
        Duration took = took();
        return new RequestRecord(
                id,
                ClientRules.nameOf(client),
                api,
                isChat,
                new RequestRecord.Timing(now.minus(took), took, firstContent),
                usage.ending(status, outcome),
                modelSelector == null ? "" : modelSelector.name(),
                usage.target(),
                usage.tokens());
    }
}
