package io.keywheel.adapters.llm.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.sdk.EventReader.Event;
import io.keywheel.adapters.llm.sdk.RetryAfterParser;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.json.JsonReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads a [Failure] from a status and a body, or from an error within a stream.
record FailureReader(SecretRedactor secretRedactor) {

    /// Groq, recorded 2026: "Rate limit reached for model `m` in organization `org_…` service tier". OpenAI sends
    /// the same without the quotes. Model names have no blanks, so none can contain this text. A partly masked name
    /// does not match, because it could be another organisation's.
    private static final Pattern ORGANISATION =
            Pattern.compile(" in organization `?([A-Za-z0-9_-]{1,64})(?![A-Za-z0-9_*-])");

    /// Groq and OpenAI: "on requests per minute (RPM): Limit 30, Used 30, Requested 1". Cerebras has a code for
    /// each quota instead, such as `token_quota_exceeded`. An intermediary between provider and gateway knows
    /// neither.
    private static final Pattern ANY_COUNTERS = Pattern.compile("\\bLimit:? \\d{1,18}, (?:Used|Requested|Current)");

    /// The failure for an answer whose status is not a success.
    Failure read(int status, Headers headers, byte[] body) {
        ErrorBody error = ErrorBody.of(body);
        return failure(status, error, headers, "status " + status + (error.isPage() ? " with a web page" : ""));
    }

    /// The error in an answer with a success status; null for none.
    @Nullable
    Failure readError(byte[] answer, Headers headers) {
        return readError(ErrorBody.first(JsonReader.tree(answer)), headers);
    }

    /// The error in an event; null for none. An event named `error` without a recognised error is read as a flat
    /// object, or as plain text.
    @Nullable
    Failure readError(Event event, Headers headers) {
        JsonNode root = ErrorBody.first(JsonReader.tree(event.bytes(), event.from(), event.to()));
        return event.isError() ? failure(ErrorBody.of(root, event.data()), headers) : readError(root, headers);
    }

    private @Nullable Failure readError(JsonNode root, Headers headers) {
        return ErrorBody.isIn(root) ? failure(ErrorBody.ofObject(root), headers) : null;
    }

    private Failure failure(ErrorBody error, Headers headers) {
        return failure(error.bodyStatus(), error.inSuccess(), headers, "an error in its answer");
    }

    /// @param cause for the log, if the provider is unavailable
    private Failure failure(int status, ErrorBody error, Headers headers, String cause) {
        String message = secretRedactor.paragraph(error.message(status));
        Duration retryAfter = RetryAfterParser.of(headers, InstantSource.system());
        return switch (ErrorKind.of(status, error)) {
            case RATE_LIMITED ->
                rateLimited(message, secretRedactor.page(error.message(status)), error, retryAfter, headers);
            case OVERLOADED -> new Failure.Overloaded(message, retryAfter);
            case KEY_REFUSED -> new Failure.KeyRefused(message);
            case ACCOUNT_BLOCKED -> new Failure.AccountBlocked(message);
            case MODEL_UNAVAILABLE -> new Failure.ModelUnavailable(upstreamError(status, error));
            case UNAVAILABLE -> new Failure.Unavailable(message, retryAfter, cause);
            case TOO_LARGE -> new Failure.TooLarge(upstreamError(status, error));
            case UNSUPPORTED -> new Failure.Unsupported(upstreamError(status, error));
            case REJECTED -> new Failure.Rejected(upstreamError(status, error));
        };
    }

    /// Reads the text after masking, because values from it go into the failure. Counters, quota names and unnamed
    /// resets count only in JSON, which an intermediary does not send.
    ///
    /// @param text longer than the message: Google's text names all exceeded quotas before the delay
    private static Failure rateLimited(
            String message, String text, ErrorBody error, @Nullable Duration retryAfter, Headers headers) {
        RateLimitStatus left = RateLimitReader.read(headers);
        Duration requested = retryAfter != null ? retryAfter : delay(text, error, headers);
        Matcher named = ORGANISATION.matcher(text);
        String organisation = named.find() ? named.group(1) : null;
        if (!error.json()) {
            return new Failure.RateLimited(message, requested, left, organisation, false, 0);
        }
        Duration pause = requested == null ? RateLimitReader.resetOfExceeded(left, text) : requested;
        return new Failure.RateLimited(
                message,
                pause,
                pause == null ? left : RateLimitReader.read(headers, text),
                organisation,
                pause != null || namesQuota(text, error),
                RateLimitReader.requestedTokens(text));
    }

    private static @Nullable Duration delay(String text, ErrorBody error, Headers headers) {
        return Stream.of(
                        RetryAfterParser.inMessage(text),
                        RetryAfterParser.parse(error.retryDelay()),
                        RateLimitReader.resetOfUnnamed(error.headers(headers.get("Date"))),
                        RateLimitReader.resetOfUnnamed(error.json() ? headers : Headers.NONE))
                .filter(delay -> delay != null && delay.isPositive())
                .findFirst()
                .orElse(null);
    }

    private static boolean namesQuota(String text, ErrorBody error) {
        String code = error.code();
        return (code != null && code.endsWith("_quota_exceeded"))
                || ANY_COUNTERS.matcher(text).find();
    }

    private UpstreamError upstreamError(int status, ErrorBody error) {
        return new UpstreamError(
                status,
                secretRedactor.page(error.message(status)),
                cleaned(error.type()),
                cleaned(error.param()),
                cleaned(error.code()),
                secretRedactor.masked(error.extras()));
    }

    private @Nullable String cleaned(@Nullable String text) {
        return text == null ? null : secretRedactor.paragraph(text);
    }
}
