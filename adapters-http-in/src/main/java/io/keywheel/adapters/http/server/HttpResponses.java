package io.keywheel.adapters.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.AttemptTrail;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.usage.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Sends complete responses.
public final class HttpResponses {

    /// Browsers must not guess another content type. A response shown as a page loads and runs nothing, and cannot be
    /// framed.
    private static final List<Header> COMMON_HEADERS = List.of(
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store"),
            HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
            HeaderValues.createCached("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"));

    private static final HeaderName PROVIDER = HeaderNames.create("X-Keywheel-Provider");
    private static final HeaderName MODEL = HeaderNames.create("X-Keywheel-Model");
    private static final HeaderName KEY = HeaderNames.create("X-Keywheel-Key");
    private static final HeaderName ATTEMPTS = HeaderNames.create("X-Keywheel-Attempts");

    /// Lists the parts of a request that no provider receives, such as hosted tools.
    static final HeaderName DROPPED = HeaderNames.create("X-Keywheel-Dropped");

    private static final HeaderName WWW_AUTHENTICATE = HeaderNames.create("WWW-Authenticate");

    private static final Map<Integer, String> REASONS = Map.of(
            431, "Request Header Fields Too Large",
            499, "Client Closed Request",
            529, "Overloaded");

    private static final Map<ClientLimit, String> LIMITS =
            Map.of(ClientLimit.REQUESTS_PER_MINUTE, "Requests", ClientLimit.TOKENS_PER_MINUTE, "Tokens");

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HttpResponses() {}

    /// The status with a reason phrase, also if Helidon has none for it.
    public static Status status(int code) {
        Status known = Status.create(code);
        return known.reasonPhrase().isEmpty() ? Status.create(code, REASONS.getOrDefault(code, "Error")) : known;
    }

    /// Sets the headers of every response but `Date`; a handler may override those for security.
    public static void setCommonHeaders(ServerResponseHeaders headers, String id, ErrorFormat format) {
        headers.set(RequestId.HEADER, id);
        format.idHeader().ifPresent(name -> headers.set(name, id));
        COMMON_HEADERS.forEach(headers::set);
    }

    /// Sets `Date` as in RFC 9110: Helidon uses the machine's time zone, and writes days 1 to 9 with one digit.
    public static void setDate(ServerResponseHeaders headers, Instant now) {
        headers.set(HeaderNames.DATE, DATE.format(now));
    }

    public static void send(ServerRequest request, ServerResponse response, ObjectNode body) {
        send(request, response, JsonWriter.bytes(body));
    }

    /// @param bytes JSON unless the response says otherwise
    public static void send(ServerRequest request, ServerResponse response, byte[] bytes) {
        response.headers().setIfAbsent(HeaderValues.CONTENT_TYPE_JSON);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(bytes.length));
            response.send(new byte[0]);
        } else {
            ClientConnection.current().withinBudget(bytes.length, () -> response.send(bytes));
        }
    }

    /// Sends an object of any size while it is being written.
    public static void stream(ServerRequest request, ServerResponse response, JsonWriter.Fields fields) {
        if (request.prologue().method().equals(Method.HEAD)) {
            // `Content-Length` is only known after writing.
            send(request, response, JsonWriter.written(fields));
            return;
        }
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        try {
            JsonWriter.write(fields, response.outputStream());
        } catch (IOException | UncheckedIOException e) {
            throw new ServerConnectionException("the client disconnected", e);
        }
    }

    static void setServedByHeaders(ServerResponse response, ServedBy servedBy) {
        response.header(PROVIDER, servedBy.target().provider().toString());
        response.header(MODEL, servedBy.target().model().toString());
        response.header(KEY, servedBy.target().key().slot().toString());
        response.header(ATTEMPTS, AttemptTrail.of(servedBy, Outcome.OK));
        setRateLimitHeaders(response, RequestContext.current());
    }

    static void send(ServerRequest request, ServerResponse response, ErrorResponse error, ObjectNode body) {
        RequestContext requestContext = RequestContext.current();
        if (!requestContext.attempts().isEmpty()) {
            response.header(ATTEMPTS, requestContext.attempts());
        }
        setRateLimitHeaders(response, requestContext);
        // They describe an answer that is not sent.
        List.of(DROPPED, PROVIDER, MODEL, KEY).forEach(response.headers()::remove);
        Long retryAfter = error.retryAfterSeconds();
        if (retryAfter != null) {
            response.header(HeaderNames.RETRY_AFTER, retryAfter.toString());
        }
        // Not for every 401: one from a provider does not concern the client's token.
        if (error.code().equals(HttpError.UNAUTHORIZED.label())) {
            response.header(WWW_AUTHENTICATE, "Bearer");
        }
        if (request.content().hasEntity() && !request.content().consumed()) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.status(status(error.status()));
        send(request, response, body);
    }

    /// Sets the client's limits, remainders and resets, as OpenAI's clients read them. Seconds are rounded up.
    private static void setRateLimitHeaders(ServerResponse response, RequestContext requestContext) {
        LIMITS.forEach((limit, name) -> {
            var state = requestContext.usage().limits().get(limit);
            if (state != null) {
                long seconds = state.reset().plusNanos(999_999_999).toSeconds();
                response.header("X-RateLimit-Limit-" + name, String.valueOf(state.limit()));
                response.header("X-RateLimit-Remaining-" + name, String.valueOf(state.remaining()));
                response.header("X-RateLimit-Reset-" + name, String.valueOf(seconds));
            }
        });
    }
}
