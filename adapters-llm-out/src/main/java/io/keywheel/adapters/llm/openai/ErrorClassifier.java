package io.keywheel.adapters.llm.openai;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Classifies an error. The code takes precedence over the status, because one status has several meanings.
enum ErrorClassifier {
    RATE_LIMITED,
    OVERLOADED,
    KEY_REFUSED,
    ACCOUNT_BLOCKED,
    MODEL_UNAVAILABLE,
    UNAVAILABLE,
    TOO_LARGE,
    UNSUPPORTED,
    REJECTED;

    /// The codes of all providers: they do not contradict each other, and a compatible provider may use any of
    /// them.
    private static final Map<String, ErrorClassifier> BY_CODE = Map.ofEntries(
            // Groq, recorded 2025 and 2026; its docs on errors and spend limits.
            Map.entry("invalid_api_key", KEY_REFUSED),
            Map.entry("organization_restricted", ACCOUNT_BLOCKED),
            Map.entry("blocked_api_access", ACCOUNT_BLOCKED),
            Map.entry("model_decommissioned", MODEL_UNAVAILABLE),
            Map.entry("capacity_exceeded", OVERLOADED),
            // Cerebras, recorded 2026.
            Map.entry("wrong_api_key", KEY_REFUSED),
            Map.entry("payment_required", ACCOUNT_BLOCKED),
            Map.entry("request_quota_exceeded", RATE_LIMITED),
            Map.entry("token_quota_exceeded", RATE_LIMITED),
            Map.entry("queue_exceeded", OVERLOADED),
            // Both.
            Map.entry("context_length_exceeded", TOO_LARGE),
            Map.entry("model_not_found", MODEL_UNAVAILABLE),
            // OpenAI, API reference: a 429 that waiting does not cure, and the codes for fields and values that a
            // model does not support.
            Map.entry("insufficient_quota", ACCOUNT_BLOCKED),
            Map.entry("unsupported_parameter", UNSUPPORTED),
            Map.entry("unsupported_value", UNSUPPORTED),
            Map.entry("unknown_parameter", UNSUPPORTED));

    /// Messages about features that this provider or model lacks; another provider may have them.
    private static final Pattern UNKNOWN_HERE = Pattern.compile(String.join(
            "|",
            // Both: "property 'store' is unsupported".
            "property '[^']*' is unsupported",
            // Groq, 2026: "`logprobs` is not supported with this model", "`tool calling` is not supported
            // ...".
            "^`[^`]+` is not supported",
            "^[`'\"]?[\\w.\\[\\]]+[`'\"]? is (?:not supported|unsupported)",
            // OpenAI: "Unrecognized request argument supplied: foo".
            "^Unrecognized request argument",
            // Values that differ from provider to provider. Groq, 2026: "`reasoning_effort` must be one of `low`,
            // ...", "`service_tier` `auto` is not available for this org", and "'n' : ..." as for every number.
            // Cerebras, 2026-03: "1 validation error for ChatCompletionServerRequest reasoning_effort Input should
            // be 'low', ..."; since then "field: the problem".
            "^(?:1 validation error for \\w+\\s+)?[`']?(?:n|service_tier|reasoning_effort|reasoning_format)(?:[`':]|\\s)",
            // Groq, 2025 and 2026: "This model does not support response format `json_schema`".
            "^This model does not support response format",
            // Groq, 2026-09: "json mode cannot be combined with tool/function calling".
            "^json mode cannot be combined with tool",
            // Parts such as images, sent to a text-only model. Groq, 2024-11: "('messages.4.content' : value must
            // be a string)". Cerebras, 2025-08: "messages.0.system.content: Input should be a valid string".
            "\\.content'? ?: (?:value must be a string|Input should be a valid string)",
            // Mistral, 2025 and 2026: {"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not
            // permitted"}, read as "seed: Extra inputs are not permitted"; vLLM sends it as one text.
            "Extra inputs are not permitted"));

    static ErrorClassifier of(int status, ErrorBody error) {
        ErrorClassifier coded = byCode(status, error.code());
        if (coded != null) {
            return coded;
        }
        if (error.namesInvalidKey()) {
            return KEY_REFUSED;
        }
        // DeepSeek and Mistral answer 422 to fields that their schemas do not have.
        return (status == 400 || status == 422)
                        && UNKNOWN_HERE.matcher(error.errorText()).find()
                ? UNSUPPORTED
                : byStatus(status, error);
    }

    private static @Nullable ErrorClassifier byCode(int status, @Nullable String code) {
        if (code == null) {
            return null;
        }
        if (code.equals("rate_limit_exceeded")) {
            // Groq's 413: this single request exceeds the tokens of a whole minute, so waiting does not help.
            return status == 413 ? TOO_LARGE : RATE_LIMITED;
        }
        if (code.startsWith("spend_")) {
            return ACCOUNT_BLOCKED;
        }
        return code.startsWith("model_permission_") ? MODEL_UNAVAILABLE : BY_CODE.get(code);
    }

    private static ErrorClassifier byStatus(int status, ErrorBody error) {
        return switch (status) {
            case 401 -> KEY_REFUSED;
            case 402 -> ACCOUNT_BLOCKED;
            case 403, 408 -> error.isFromNetwork() ? UNAVAILABLE : REJECTED;
            case 404 -> error.isPage() ? UNAVAILABLE : MODEL_UNAVAILABLE;
            case 413 -> TOO_LARGE;
            case 429 -> RATE_LIMITED;
            case 498, 503 -> OVERLOADED;
            default -> status >= 400 && status < 500 && !error.isPage() ? REJECTED : UNAVAILABLE;
        };
    }
}
