package io.keywheel.simulator;

import static io.keywheel.simulator.ProviderError.error;
import static io.keywheel.simulator.ProviderError.invalid;

import io.keywheel.simulator.Quotas.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The replies that are [KnownError]s.
record KnownErrors(RequestHandler handler, ProviderRequest asked) {

    private static final String HTML = "text/html; charset=UTF-8";

    List<Step> reply(KnownError error) {
        var dialect = asked.dialect();
        var model = asked.stamp().model();
        return switch (error) {
            case RATE_LIMIT_REQUESTS -> rateLimited(Duration.ofSeconds(2));
            case RATE_LIMIT_TOKENS -> refused(Window.TPM, 8000, 7800, 467, Duration.ofSeconds(2));
            case REQUEST_TOO_LARGE -> refused(Window.TPM, 8000, 0, 8590, Duration.ofSeconds(5));
            case QUEUE_EXCEEDED ->
                say(error(
                        429,
                        "too_many_requests_error",
                        "queue",
                        "queue_exceeded",
                        "We're experiencing high traffic right now! Please try again soon."));
            case CAPACITY_EXCEEDED ->
                say(error(
                        498,
                        "invalid_request_error",
                        null,
                        "capacity_exceeded",
                        "The flex tier is at capacity. Please try again."));
            case INVALID_KEY -> say(dialect.wrongKey());
            case ORGANIZATION_RESTRICTED ->
                say(
                        invalid(
                                "organization_restricted",
                                "Organization has been restricted. Please reach out to support if you believe this was in error."));
            case BLOCKED_API_ACCESS ->
                say(invalid("blocked_api_access", "API access is blocked: the spend limit of this month is reached."));
            case PAYMENT_REQUIRED ->
                say(error(
                        402,
                        "payment_required_error",
                        "quota",
                        "payment_required",
                        "Payment required to access this resource. Visit your billing tab."));
            case MODEL_BLOCKED ->
                say(error(
                        403,
                        "permissions_error",
                        null,
                        "model_permission_blocked_org",
                        "The model `" + model + "` is blocked at the organization level."));
            case NETWORK_SETTINGS ->
                say(error(403, "", null, null, "Access denied. Please check your network settings"));
            case CLOUDFLARE_BLOCKED -> Reply.text(403, HTML, edge(), page("Sorry, you have been blocked"));
            case BAD_GATEWAY -> Reply.text(502, HTML, edge(), page("502 Bad gateway"));
            case MODEL_NOT_FOUND -> say(dialect.unknownModel(model));
            case MODEL_DECOMMISSIONED ->
                say(invalid(
                        "model_decommissioned",
                        "The model `" + model + "` has been decommissioned and is no longer supported."));
            case CONTEXT_LENGTH_EXCEEDED -> say(dialect.contextExceeded(23_592, 8_192));
            case PROPERTY_UNSUPPORTED -> say(dialect.unsupported("verbosity"));
            case TOOL_USE_FAILED -> say(toolUseFailed());
            case INTERNAL_ERROR -> say(internal());
            case INTERNAL_ERROR_TEXT -> Reply.text(500, "text/plain", edge(), "Internal Server Error");
            case OVERLOADED_TEXT ->
                Reply.text(
                        503,
                        "text/plain",
                        edge(),
                        "upstream connect error or disconnect/reset before headers. reset reason: overflow");
        };
    }

    List<Step> rateLimited(Duration wait) {
        return refused(Window.RPM, 30, 30, 1, wait);
    }

    static ProviderError internal() {
        return error(500, "internal_server_error", null, "internal_server_error", "Internal Server Error");
    }

    private static ProviderError toolUseFailed() {
        return invalid("tool_use_failed", "Failed to call a function. Please adjust your prompt.");
    }

    private List<Step> refused(Window window, long limit, long used, long requested, Duration wait) {
        var refused = new Refused(List.of(), window, limit, used, requested, wait);
        return say(asked.dialect().rateLimited(refused, asked.stamp().model(), handler.organisation(asked)));
    }

    private List<Step> say(ProviderError error) {
        return handler.error(asked, error);
    }

    private Map<String, String> edge() {
        return Map.of("server", "cloudflare", "cf-ray", asked.stamp().id() + "-SIM");
    }

    private static String page(String title) {
        return "<!DOCTYPE html><html><head><title>" + title + "</title></head><body><h1>" + title
                + "</h1></body></html>\n";
    }
}
