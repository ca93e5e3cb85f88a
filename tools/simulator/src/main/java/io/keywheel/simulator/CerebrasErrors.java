package io.keywheel.simulator;

import static io.keywheel.simulator.ProviderError.error;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.simulator.Quotas.Refused;

/// Cerebras' errors, in its words where they were recorded; its 401, 405 and unknown path were not.
final class CerebrasErrors {

    static final ProviderError WRONG_KEY =
            error(401, "invalid_request_error", "api_key", "wrong_api_key", "Wrong API Key");
    static final ProviderError UNKNOWN_PATH = error(404, "not_found_error", null, "not_found", "Not Found");
    static final ProviderError WRONG_METHOD =
            error(405, "invalid_request_error", null, "method_not_allowed", "Method Not Allowed");

    private CerebrasErrors() {}

    static ObjectNode body(ProviderError error) {
        return Json.object()
                .put("message", error.message())
                .put("type", error.type())
                .put("param", error.param())
                .put("code", error.code());
    }

    static ProviderError invalid(String message) {
        return error(400, "invalid_request_error", "validation_error", "wrong_api_format", message);
    }

    /// @param where the property with its place, `messages.2.assistant.reasoning_content`
    static ProviderError unsupported(String where, String property) {
        return invalid(where + ": property '" + property + "' is unsupported");
    }

    static ProviderError unknownModel(String model) {
        return error(
                404,
                "not_found_error",
                "model",
                "model_not_found",
                "Model " + model + " does not exist or you do not have access to it.");
    }

    static ProviderError contextExceeded(int current, int limit) {
        return error(
                400,
                "invalid_request_error",
                "messages",
                "context_length_exceeded",
                "Please reduce the length of the messages or completion. Current length is " + current
                        + " while limit is " + limit);
    }

    static ProviderError rateLimited(Refused refused) {
        var words = refused.window().words;
        // "Tokens per minute", with a capital.
        var window = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return refused.window().requests
                ? error(
                        429,
                        "too_many_requests_error",
                        "quota",
                        "request_quota_exceeded",
                        window + " limit exceeded - too many requests sent.")
                : error(
                        429,
                        "too_many_tokens_error",
                        "quota",
                        "token_quota_exceeded",
                        window + " limit exceeded - too many tokens processed.");
    }
}
