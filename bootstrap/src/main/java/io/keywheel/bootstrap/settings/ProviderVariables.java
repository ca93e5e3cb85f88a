package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The names of a provider's variables: those of `my-llm` begin with `MY_LLM_`.
record ProviderVariables(String prefix) {

    private static final String KEYS = "API_KEYS";

    static ProviderVariables of(ProviderId id) {
        return new ProviderVariables(id.value().toUpperCase(Locale.ROOT).replace('-', '_') + "_");
    }

    /// Whose keys `name` holds, or would hold if it were set; empty for any other name.
    static Optional<ProviderVariables> ofKeys(String name) {
        return name.endsWith("_" + KEYS)
                ? Optional.of(new ProviderVariables(name.substring(0, name.length() - KEYS.length())))
                : Optional.empty();
    }

    String keys() {
        return prefix + KEYS;
    }

    String baseUrl() {
        return prefix + "BASE_URL";
    }

    String allowHttp() {
        return prefix + "ALLOW_HTTP";
    }

    String defaultModel() {
        return prefix + "DEFAULT_MODEL";
    }

    String option(ProviderOption<?> option) {
        return prefix + option.name();
    }

    List<String> all() {
        return List.of(keys(), baseUrl(), allowHttp(), defaultModel());
    }
}
