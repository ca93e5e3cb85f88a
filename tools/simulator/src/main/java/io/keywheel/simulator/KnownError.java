package io.keywheel.simulator;

import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.quota.Quotas.Refused;
import io.keywheel.simulator.quota.Window;
import io.keywheel.simulator.wire.Mistake;
import io.keywheel.simulator.wire.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Errors that the providers document or have returned, in place of an answer.
///
/// If only one provider is known to return an error, the other returns it in its own format.
public enum KnownError implements Fault {
    RATE_LIMIT_REQUESTS(asked -> rateLimited(asked, Duration.ofSeconds(2))),
    RATE_LIMIT_TOKENS(asked -> refused(asked, Window.TPM, 8000, 7800, 467, Duration.ofSeconds(2))),
    /// 429 of Cerebras: the model is overloaded, and no quota is used.
    QUEUE_EXCEEDED(
            "429 too_many_requests_error queue queue_exceeded",
            "We're experiencing high traffic right now! Please try again soon."),
    /// 498 of Groq: no capacity for the flex tier.
    CAPACITY_EXCEEDED(
            "498 invalid_request_error - capacity_exceeded", "The flex tier is at capacity. Please try again."),
    INVALID_KEY(asked -> asked.error(asked.dialect().error(Mistake.KEY))),
    /// 400 of Groq: the organisation is restricted.
    ORGANIZATION_RESTRICTED(
            "400 invalid_request_error - organization_restricted",
            "Organization has been restricted. Please reach out to support if you believe this was in error."),
    /// 400 of Groq: the monthly spend limit is reached.
    BLOCKED_API_ACCESS(
            "400 invalid_request_error - blocked_api_access",
            "API access is blocked: the spend limit of this month is reached."),
    /// 402 of Cerebras: no credit.
    PAYMENT_REQUIRED(
            "402 payment_required_error quota payment_required",
            "Payment required to access this resource. Visit your billing tab."),
    /// 403 of Groq: the organisation does not allow this model.
    MODEL_BLOCKED(
            "403 permissions_error - model_permission_blocked_org",
            "The model `%s` is blocked at the organization level."),
    /// 403 of Groq because of the client's network; checked before the key.
    NETWORK_SETTINGS("403 - - -", "Access denied. Please check your network settings"),
    /// 403 of Cloudflare, in HTML.
    CLOUDFLARE_BLOCKED(asked -> page(asked, 403, "Sorry, you have been blocked")),
    /// 502 of Cloudflare, in HTML.
    BAD_GATEWAY(asked -> page(asked, 502, "502 Bad gateway")),
    MODEL_NOT_FOUND(asked ->
            asked.error(asked.dialect().error(Mistake.MODEL, asked.stamp().model()))),
    /// 400 of Groq: the model was decommissioned.
    MODEL_DECOMMISSIONED(
            "400 invalid_request_error - model_decommissioned",
            "The model `%s` has been decommissioned and is no longer supported."),
    /// 413 of Groq: the request exceeds the tokens per minute.
    REQUEST_TOO_LARGE(asked -> refused(asked, Window.TPM, 8000, 0, 8590, Duration.ofSeconds(5))),
    CONTEXT_LENGTH_EXCEEDED(asked -> asked.error(asked.dialect().error(Mistake.LENGTH, 23_592, 8_192))),
    PROPERTY_UNSUPPORTED(asked -> asked.error(asked.dialect().error(Mistake.PROPERTY, "verbosity"))),
    /// 400 of Groq: the model generated an invalid tool call.
    TOOL_USE_FAILED(
            "400 invalid_request_error - tool_use_failed",
            "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details."),
    INTERNAL_ERROR(asked -> asked.error(ProviderError.INTERNAL)),
    INTERNAL_ERROR_TEXT(asked -> edge(asked, 500, "text/plain", "Internal Server Error")),
    /// 503 in plain text, from the proxy in front of the provider.
    OVERLOADED_TEXT(asked -> edge(
            asked,
            503,
            "text/plain",
            "upstream connect error or disconnect/reset before headers. reset reason: overflow"));

    private final Function<ProviderRequest, List<Step>> reply;

    KnownError(Function<ProviderRequest, List<Step>> reply) {
        this.reply = reply;
    }

    /// @param message may contain a placeholder for the model
    KnownError(String row, String message) {
        this(asked -> asked.error(
                ProviderError.row(row, message.formatted(asked.stamp().model()))));
    }

    List<Step> reply(ProviderRequest asked) {
        return reply.apply(asked);
    }

    static List<Step> rateLimited(ProviderRequest asked, Duration wait) {
        return refused(asked, Window.RPM, 30, 30, 1, wait);
    }

    private static List<Step> refused(
            ProviderRequest asked, Window window, long limit, long used, long requested, Duration wait) {
        var refused = new Refused(List.of(), window, limit, used, requested, wait);
        return asked.error(asked.dialect().rateLimited(refused, asked.stamp().model(), asked.organisation()));
    }

    /// An answer of Cloudflare, which is in front of both providers.
    private static List<Step> edge(ProviderRequest asked, int status, String type, String body) {
        var headers = Map.of("server", "cloudflare", "cf-ray", asked.stamp().id() + "-SIM");
        return Reply.text(status, type, headers, body);
    }

    private static List<Step> page(ProviderRequest asked, int status, String title) {
        var page = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title
                + "</h1></body></html>\n";
        return edge(asked, status, "text/html; charset=UTF-8", page);
    }
}
