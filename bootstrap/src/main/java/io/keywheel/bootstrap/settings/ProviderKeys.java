package io.keywheel.bootstrap.settings;

import io.keywheel.domain.routing.ProviderId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The pages where known providers issue keys, and the prefixes of the keys. All are documented by a source;
/// prefixes are those of trufflehog's detectors `groq`, `openai` and `deepseek`, of betterleaks' rule
/// `cerebras-api-key` and of OpenRouter's examples (2026-11).
enum ProviderKeys {
    /// Page: console.groq.com/docs/quickstart.
    GROQ("https://console.groq.com/keys", "gsk_"),
    /// Page: inference-docs.cerebras.ai/quickstart.
    CEREBRAS("https://cloud.cerebras.ai", "csk-"),
    /// Page: README of openai/openai-python.
    OPENAI("https://platform.openai.com/api-keys", "sk-"),
    /// Page: OpenRouterTeam/typescript-sdk.
    OPENROUTER("https://openrouter.ai/settings/keys", "sk-or-"),
    /// Page: docs.mistral.ai; its keys have no prefix.
    MISTRAL("https://console.mistral.ai/api-keys", null),
    /// Page: docs.together.ai/docs/api-keys-authentication; no source documents a prefix.
    TOGETHER("https://api.together.ai/settings/api-keys", null),
    /// Page: api-docs.deepseek.com.
    DEEPSEEK("https://platform.deepseek.com/api_keys", "sk-");

    /// Placeholders in example files, with or without the prefix of a key; also variables, which `.env` does not
    /// expand.
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)(?:gsk_|csk-|sk-(?:or-|proj-)?(?:v1-)?)?(?:[x*.…_-]{3,}|.*(?:\\.\\.\\.|…)|<.*>|(?:.*[-_ ])?your[-_ ].*"
                    + "|(?:change|replace)[-_ ]?me|(?:.*[-_ ])?(?:api[-_ ]?)?key[-_ ]here|api[-_ ]?key|placeholder"
                    + "|\\$\\{?\\w+}?)?");

    private final String page;
    private final @Nullable String prefix;

    ProviderKeys(String page, @Nullable String prefix) {
        this.page = page;
        this.prefix = prefix;
    }

    static Optional<ProviderKeys> of(ProviderId provider) {
        return Arrays.stream(values())
                .filter(keys -> keys.provider().equals(provider.value()))
                .findFirst();
    }

    /// The page where an account creates its keys.
    String page() {
        return page;
    }

    /// The providers whose prefix is the longest match of `secret`; empty if none matches, or this provider's
    /// does.
    List<String> othersWith(String secret) {
        int longest = Arrays.stream(values())
                .mapToInt(keys -> keys.inCommon(secret))
                .max()
                .orElse(0);
        return longest == 0 || inCommon(secret) == longest
                ? List.of()
                : Arrays.stream(values())
                        .filter(keys -> keys.inCommon(secret) == longest)
                        .map(ProviderKeys::provider)
                        .toList();
    }

    static boolean isPlaceholder(String secret) {
        return !secret.isEmpty() && PLACEHOLDER.matcher(secret).matches();
    }

    private int inCommon(String secret) {
        return prefix != null && secret.startsWith(prefix) ? prefix.length() : 0;
    }

    String provider() {
        return name().toLowerCase(Locale.ROOT);
    }
}
