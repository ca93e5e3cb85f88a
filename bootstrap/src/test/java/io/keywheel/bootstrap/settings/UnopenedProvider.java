package io.keywheel.bootstrap.settings;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderOption;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.bootstrap.adapters.Adapter;
import io.keywheel.bootstrap.adapters.Adapters;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An adapter that has only defaults and cannot be opened.
public record UnopenedProvider(ProviderId id, ProviderDefaults defaults, List<ProviderOption<?>> options)
        implements LlmProvider {

    public static final Adapters THREE = adapters(
            new UnopenedProvider("groq", "https://groq.example/v1", "big"),
            new UnopenedProvider("cerebras", "https://cerebras.example/v1", "wide"),
            new UnopenedProvider("compatible", null, null));

    /// An adapter without models; keyless, if it has no URL.
    UnopenedProvider(String id, @Nullable String url, @Nullable String model) {
        this(
                new ProviderId(id),
                new ProviderDefaults(url, model == null ? null : new ModelId(model), List.of(), url == null),
                List.of());
    }

    public static Adapters adapters(LlmProvider... providers) {
        var all = Arrays.stream(providers).map(provider -> new Adapter(provider, "a test"));
        return new Adapters(all.toList(), List.of(), List.of());
    }

    @Override
    public Map<ProviderId, ProviderDefaults> presets() {
        var openai = new ProviderId("openai");
        return switch (id.value()) {
            case "another" -> Map.of(openai, defaults);
            case "compatible" ->
                Map.of(
                        openai,
                        new ProviderDefaults("https://openai.example/v1", null, List.of(), false),
                        new ProviderId("ollama"),
                        new ProviderDefaults("http://localhost:11434/v1", null, List.of(), true));
            case "acme" ->
                Map.of(
                        new ProviderId("acme-eu"),
                        new ProviderDefaults(
                                "https://acme.example/eu",
                                new ModelId("eu-1"),
                                List.of(new ModelId("eu-1"), new ModelId("eu-2")),
                                true));
            default -> Map.of();
        };
    }

    @Override
    public LlmPort open(ProviderSettings settings) {
        throw new IllegalStateException(
                "nothing opens with " + settings.options().getOrDefault("SIGNATURE", "these settings"));
    }
}
