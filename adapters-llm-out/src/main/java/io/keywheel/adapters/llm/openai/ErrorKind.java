package io.keywheel.adapters.llm.openai;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an error means. The code takes precedence over the status, because one status has several meanings.
enum ErrorKind {
    RATE_LIMITED,
    OVERLOADED,
    KEY_REFUSED,
    ACCOUNT_BLOCKED,
    MODEL_UNAVAILABLE,
    UNAVAILABLE,
    TOO_LARGE,
    UNSUPPORTED,
    REJECTED;

    /// The codes, types and reasons of all providers: they do not contradict each other, and a compatible provider
    /// may use any of them.
    private static final Map<String, ErrorKind> BY_NAME = Map.ofEntries(
            // Groq, recorded 2025 and 2026; its docs on errors and spend limits.
            Map.entry("invalid_api_key", KEY_REFUSED),
            Map.entry("organization_restricted", ACCOUNT_BLOCKED),
            Map.entry("blocked_api_access", ACCOUNT_BLOCKED),
            Map.entry("model_decommissioned", MODEL_UNAVAILABLE),
            Map.entry("model_terms_required", MODEL_UNAVAILABLE),
            Map.entry("capacity_exceeded", OVERLOADED),
            // Their messages contain text of the model, so no wording in them may decide.
            Map.entry("json_validate_failed", REJECTED),
            Map.entry("tool_use_failed", REJECTED),
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
            Map.entry("billing_hard_limit_reached", ACCOUNT_BLOCKED),
            Map.entry("billing_not_active", ACCOUNT_BLOCKED),
            Map.entry("unsupported_parameter", UNSUPPORTED),
            Map.entry("unsupported_value", UNSUPPORTED),
            Map.entry("unknown_parameter", UNSUPPORTED),
            // OpenAI's 403, recorded 2024 to 2026 (home-assistant/core 120072, continuedev/continue 11449).
            Map.entry("unsupported_country_region_territory", UNAVAILABLE),
            // Azure's 400 (run-llama/llama_index 16503, 2024-10).
            Map.entry("OperationNotSupported", MODEL_UNAVAILABLE),
            // GitHub Models' 400 (github/gh-models 65, 2025-06) and 403 (message: actions/ai-inference 95, 2025-08).
            Map.entry("unknown_model", MODEL_UNAVAILABLE),
            Map.entry("no_access", MODEL_UNAVAILABLE),
            // Hugging Face's 400 (message: n4ze3m/page-assist 727, 2025-10).
            Map.entry("model_not_supported", MODEL_UNAVAILABLE),
            // 400 of Mistral (mistralai/mistral-vibe 617, 2026-04) and Perplexity (FerroxLabs/wayland 603, 2026-07).
            Map.entry("invalid_model", MODEL_UNAVAILABLE),
            // Mistral's 429. No recording with this type is known (message alone: continuedev/continue 6185, 2025-06).
            Map.entry("service_tier_capacity_exceeded", OVERLOADED),
            // LiteLLM's 401 (winfunc/opcode 358, 2025-09) and 403 (BerriAI/litellm 39660).
            Map.entry("key_model_access_denied", MODEL_UNAVAILABLE),
            // Another Keywheel's 403, for a client whose rule does not list the model.
            Map.entry("model_not_allowed", MODEL_UNAVAILABLE),
            // Google's google/api/error_reason.proto: 400 and 403.
            Map.entry("API_KEY_INVALID", KEY_REFUSED),
            Map.entry("API_KEY_SERVICE_BLOCKED", KEY_REFUSED),
            Map.entry("API_KEY_IP_ADDRESS_BLOCKED", KEY_REFUSED),
            Map.entry("SERVICE_DISABLED", ACCOUNT_BLOCKED),
            Map.entry("BILLING_DISABLED", ACCOUNT_BLOCKED),
            Map.entry("CONSUMER_SUSPENDED", ACCOUNT_BLOCKED),
            // llama.cpp: 400 (ggml-org/llama.cpp 15780, 2025-09).
            Map.entry("exceed_context_size_error", TOO_LARGE));

    static ErrorKind of(int status, ErrorBody error) {
        for (String name : error.names()) {
            ErrorKind named = byName(status, name);
            if (named != null) {
                return named;
            }
        }
        ErrorKind byStatus = byStatus(status, error);
        boolean mayDiffer = byStatus == REJECTED
                || byStatus == RATE_LIMITED
                || (status == 404 && error.errorText().startsWith("No endpoints found that "));
        ErrorKind known = mayDiffer ? ErrorMessages.classify(error.errorText(), error.words()) : null;
        return known == null ? byStatus : known;
    }

    /// Null if the status and the message decide.
    private static @Nullable ErrorKind byName(int status, String name) {
        if (name.equals("rate_limit_exceeded")) {
            // Groq's 413 and a message of OpenAI's 429: this single request exceeds the tokens of a whole minute, so
            // a retry after any wait would fail, too.
            return status == 413 || status == 429 ? null : RATE_LIMITED;
        }
        if (name.startsWith("spend_")) {
            return ACCOUNT_BLOCKED;
        }
        // Groq's 403, recorded 2026-09: `model_permission_blocked_org` and `model_permission_blocked_project`.
        return name.startsWith("model_permission_") ? MODEL_UNAVAILABLE : BY_NAME.get(name);
    }

    private static ErrorKind byStatus(int status, ErrorBody error) {
        return switch (status) {
            case 401 -> KEY_REFUSED;
            case 402 -> ACCOUNT_BLOCKED;
            case 403, 408 -> error.json() ? REJECTED : UNAVAILABLE;
            case 404 -> error.isPage() ? UNAVAILABLE : MODEL_UNAVAILABLE;
            case 413 -> TOO_LARGE;
            case 429 -> RATE_LIMITED;
            // Groq's docs on errors: 498 is a lack of capacity of the flex tier.
            case 498, 503 -> OVERLOADED;
            default -> status >= 400 && status < 500 && !error.isPage() ? REJECTED : UNAVAILABLE;
        };
    }
}
