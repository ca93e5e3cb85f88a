package io.keywheel.simulator;

import io.keywheel.simulator.wire.Cerebras;
import io.keywheel.simulator.wire.Compatible;
import io.keywheel.simulator.wire.Dialect;
import io.keywheel.simulator.wire.Groq;
import java.util.function.Function;

/// The simulated providers, each under a path of the server.
public enum Provider {
    /// Groq, strict: an unknown property is refused.
    GROQ("/groq/openai/v1"),
    /// Cerebras, strict, with its flat error bodies.
    CEREBRAS("/cerebras/v1"),
    /// Any OpenAI-compatible server: lenient, and serves every model. It requires a key only if keys are
    /// declared.
    COMPATIBLE("/compatible/v1");

    private final String path;

    Provider(String path) {
        this.path = path;
    }

    /// The path prefix of this provider's routes, without a trailing slash.
    public String path() {
        return path;
    }

    /// The base URL of each provider, with the keys that the program [Main] declares.
    static String inWords(Function<Provider, ?> baseUrl) {
        return "Groq at %s (keys gsk_one, gsk_two, gsk_two_b), Cerebras at %s (keys csk-one, csk-two), keyless at %s"
                .formatted(baseUrl.apply(GROQ), baseUrl.apply(CEREBRAS), baseUrl.apply(COMPATIBLE));
    }

    Dialect dialect() {
        return switch (this) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }
}
