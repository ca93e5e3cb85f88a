package io.keywheel.adapters.llm.wire;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an error says about what. The code decides before the status: one status has several meanings.
enum Meaning {
    RATE_LIMITED,
    OVERLOADED,
    KEY_REFUSED,
    ACCOUNT_BLOCKED,
    MODEL_UNAVAILABLE,
    UNAVAILABLE,
    TOO_LARGE,
    UNSUPPORTED,
    REJECTED;

    /// Of all providers, since their codes do not contradict each other and a compatible one may be any of them.
    private static final Map<String, Meaning> BY_CODE = Map.ofEntries(
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
            // OpenAI, API reference: a 429 that no waiting cures, and its words for an unknown property.
            Map.entry("insufficient_quota", ACCOUNT_BLOCKED),
            Map.entry("unsupported_parameter", UNSUPPORTED),
            Map.entry("unknown_parameter", UNSUPPORTED));

    /// Both: "property 'store' is unsupported". Groq: "`reasoning_effort` is not supported with this model".
    /// OpenAI: "Unrecognized request argument supplied: foo".
    private static final Pattern UNKNOWN_PROPERTY = Pattern.compile(
            "property '[^']*' is unsupported|^[`'\"]?[\\w.\\[\\]]+[`'\"]? is (?:not supported|unsupported)"
                    + "|^Unrecognized request argument");

    static Meaning of(int status, ErrorBody error) {
        Meaning coded = byCode(status, error.code());
        if (coded != null) {
            return coded;
        }
        return status == 400 && UNKNOWN_PROPERTY.matcher(error.words()).find() ? UNSUPPORTED : byStatus(status, error);
    }

    private static @Nullable Meaning byCode(int status, @Nullable String code) {
        if (code == null) {
            return null;
        }
        if (code.equals("rate_limit_exceeded")) {
            // Groq's 413: this one request is more than the whole minute's tokens; waiting does not help.
            return status == 413 ? TOO_LARGE : RATE_LIMITED;
        }
        if (code.startsWith("spend_")) {
            return ACCOUNT_BLOCKED;
        }
        return code.startsWith("model_permission_") ? MODEL_UNAVAILABLE : BY_CODE.get(code);
    }

    private static Meaning byStatus(int status, ErrorBody error) {
        return switch (status) {
            case 401 -> KEY_REFUSED;
            case 402 -> ACCOUNT_BLOCKED;
            case 403 -> error.isFromNetwork() ? UNAVAILABLE : REJECTED;
            case 404 -> error.isPage() ? UNAVAILABLE : MODEL_UNAVAILABLE;
            case 408 -> UNAVAILABLE;
            case 413 -> TOO_LARGE;
            case 429 -> RATE_LIMITED;
            case 498, 503 -> OVERLOADED;
            default -> status >= 400 && status < 500 && !error.isPage() ? REJECTED : UNAVAILABLE;
        };
    }
}
