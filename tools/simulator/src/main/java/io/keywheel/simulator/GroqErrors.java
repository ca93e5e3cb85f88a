package io.keywheel.simulator;

import static io.keywheel.simulator.ProviderError.error;
import static io.keywheel.simulator.ProviderError.invalid;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Refused;
import java.util.Map;

/// Groq's errors, in its words where they were recorded.
final class GroqErrors {

    static final ProviderError WRONG_KEY =
            error(401, "invalid_request_error", null, "invalid_api_key", "Invalid API Key");
    static final ProviderError WRONG_METHOD = error(405, "invalid_request_error", null, null, "Method not allowed");
    static final ProviderError CONTEXT_EXCEEDED =
            invalid("context_length_exceeded", "Please reduce the length of the messages or completion.");

    private GroqErrors() {}

    static ObjectNode body(ProviderError error) {
        var root = Json.object();
        var inner = root.putObject("error").put("message", error.message());
        if (!error.type().isEmpty()) {
            inner.put("type", error.type());
        }
        if (error.code() != null) {
            inner.put("code", error.code());
        }
        return root;
    }

    static ProviderError unknownModel(String model) {
        return error(
                404,
                "invalid_request_error",
                null,
                "model_not_found",
                "The model `" + model + "` does not exist or you do not have access to it.");
    }

    static ProviderError unsupported(String property) {
        return invalid(null, "property '" + property + "' is unsupported");
    }

    static ProviderError unknownPath(String method, String path) {
        return error(
                404,
                "invalid_request_error",
                null,
                "unknown_url",
                "Unknown request URL: " + method + " " + path + ". Please check the URL for typos.");
    }

    static ProviderError rateLimited(Refused refused, String model, String organisation) {
        var window = refused.window();
        var where = " for model `" + model + "` in organization `" + organisation + "` service tier `on_demand` on "
                + window.words + " (" + window + "): Limit " + refused.limit() + ", ";
        var type = window.requests ? "requests" : "tokens";
        if (refused.never()) {
            var message = "Request too large" + where + "Requested " + refused.requested()
                    + ", please reduce your message size and try again.";
            return error(413, type, null, "rate_limit_exceeded", message);
        }
        var message = "Rate limit reached" + where + "Used " + refused.used() + ", Requested " + refused.requested()
                + ". Please try again in " + GoDuration.of(refused.retryIn())
                + ". Need more tokens? Upgrade to Dev Tier today.";
        var seconds = Long.toString((refused.retryIn().toMillis() + 999) / 1000);
        return error(429, type, null, "rate_limit_exceeded", message).with(Map.of("retry-after", seconds));
    }
}
