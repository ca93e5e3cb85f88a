package io.keywheel.soak;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whom a request asks for.
enum Target {
    /// No model named: any provider's default.
    ANY(null, "groq/openai/gpt-oss-120b", "cerebras/gpt-oss-120b", "compatible/house-model"),
    /// A model by its bare name.
    CEREBRAS("gpt-oss-120b", "cerebras/gpt-oss-120b"),
    /// A model whose name has a slash, of a provider that is named.
    GROQ("groq/openai/gpt-oss-20b", "groq/openai/gpt-oss-20b"),
    /// A model that only its provider's name leads to.
    COMPATIBLE("compatible/thinking-model", "compatible/thinking-model");

    private final @Nullable String model;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> speakers;

    Target(@Nullable String model, String... speakers) {
        this.model = model;
        this.speakers = List.of(speakers);
    }

    /// What the request names; null for none.
    @Nullable
    String model() {
        return model;
    }

    /// Who may answer, as `provider/model`.
    List<String> speakers() {
        return speakers;
    }
}
