package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.transport.Headers;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.UpstreamError;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An answer whose status is not a success, or an error in an answer that began as one.
///
/// @param message the text of [Format#error], else the body, or the status without one; redacted and at most a page
/// @param retryAfter the header `Retry-After`; null without a positive one
/// @param body the body as it came, or a missing node if it is not JSON. It may contain a key, so put no text of it
///     into a failure
public record Refusal(int status, String message, @Nullable Duration retryAfter, Headers headers, JsonNode body) {

    /// A copy with the delay that the body names.
    public Refusal withRetryAfter(@Nullable Duration delay) {
        return new Refusal(status, message, delay, headers, body);
    }

    /// A copy with the status that the body names.
    public Refusal withStatus(int named) {
        return new Refusal(named, message, retryAfter, headers, body);
    }

    /// The failure by the status, as in docs/rotation.md. A rate limit without a delay has that of its message.
    public Failure byStatus() {
        return switch (status) {
            case 401 -> new Failure.KeyRefused(message);
            case 402 -> new Failure.AccountBlocked(message);
            case 404 -> new Failure.ModelUnavailable(upstreamError());
            case 413 -> new Failure.TooLarge(upstreamError());
            case 429 -> rateLimited();
            case 498, 503 -> new Failure.Overloaded(message, retryAfter);
            default -> status >= 400 && status < 500 ? new Failure.Rejected(upstreamError()) : unavailable();
        };
    }

    /// The failure of a provider that is broken, or of an intermediary.
    public Failure unavailable() {
        return new Failure.Unavailable(
                message, retryAfter, status < 300 ? "an error in its answer" : "status " + status);
    }

    /// A pause in JSON is the limit's own. Any other comes from an intermediary.
    private Failure rateLimited() {
        Duration pause = retryAfter != null ? retryAfter : RetryAfterParser.inMessage(message);
        boolean shown = pause != null && body.isContainerNode();
        return new Failure.RateLimited(message, pause, RateLimitStatus.UNKNOWN, null, shown, 0);
    }

    /// The error to return to the caller.
    public UpstreamError upstreamError() {
        return new UpstreamError(status, message, null, null, null);
    }
}
