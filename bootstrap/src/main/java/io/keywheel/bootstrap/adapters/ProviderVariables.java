package io.keywheel.bootstrap.adapters;

import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Locale;

/// The names of a provider's environment variables: those of `my-llm` begin with `MY_LLM_`.
public record ProviderVariables(String prefix) {

    public static ProviderVariables of(ProviderId id) {
        return new ProviderVariables(id.value().toUpperCase(Locale.ROOT).replace('-', '_') + "_");
    }

    public String keys() {
        return prefix + "API_KEYS";
    }

    public String baseUrl() {
        return prefix + "BASE_URL";
    }

    public String allowHttp() {
        return prefix + "ALLOW_HTTP";
    }

    public String defaultModel() {
        return prefix + "DEFAULT_MODEL";
    }

    public String option(ProviderOption<?> option) {
        return prefix + option.name();
    }

    public List<String> all() {
        return List.of(keys(), baseUrl(), allowHttp(), defaultModel());
    }
}
