package io.keywheel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.simulator.Quotas.Gauge;
import io.keywheel.simulator.Quotas.Refused;
import io.keywheel.simulator.Step.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a provider says things.
sealed interface Dialect permits Groq, Cerebras, Compatible {

    static Dialect of(Provider provider) {
        return switch (provider) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }

    /// How it calls itself in its answers.
    String name();

    /// What it lists under `/models`.
    List<Model> models();

    /// Whether a chat with a model may start.
    Optional<ProviderError> unserved(String model);

    /// What is wrong with a chat's body.
    Optional<ProviderError> refusal(Chat chat);

    /// Whether the model thinks aloud in this chat.
    boolean reasons(Chat chat);

    /// The tokens reserved for the completion when a chat does not say how many it wants.
    int assumedCompletion(Answers answers);

    JsonNode completion(Chat chat, Answers answers, Stamp stamp);

    /// The events of a stream, without `[DONE]`.
    List<Part> events(Chat chat, Answers answers, Stamp stamp);

    JsonNode error(ProviderError error);

    /// An error within a stream.
    Part errorEvent(ProviderError error);

    ProviderError rateLimited(Refused refused, String model, String organisation);

    ProviderError wrongKey();

    ProviderError unknownModel(String model);

    ProviderError contextExceeded(int current, int limit);

    ProviderError unsupported(String property);

    ProviderError unknownPath(String method, String path);

    ProviderError wrongMethod();

    /// The headers of every answer.
    Map<String, String> headers(Stamp stamp);

    Map<String, String> gauges(List<Gauge> gauges);

    String eventStream();
}
