package io.keywheel.simulator;

import io.keywheel.simulator.wire.Cerebras;
import io.keywheel.simulator.wire.Compatible;
import io.keywheel.simulator.wire.Dialect;
import io.keywheel.simulator.wire.Groq;
import java.util.function.Function;

/// The simulated providers, each under a path of the server.
public enum Provider {
    /// Groq, strict: an unknown property is refused.
    GROQ("/groq/openai/v1", new Groq()),
    /// Cerebras, strict, with its flat error bodies.
    CEREBRAS("/cerebras/v1", new Cerebras()),
    /// Any OpenAI-compatible server: lenient, and serves every model. It requires a key only if keys are
    /// declared.
    COMPATIBLE("/compatible/v1", new Compatible());

    private final String path;
    final Dialect dialect;

    Provider(String path, Dialect dialect) {
        this.path = path;
        this.dialect = dialect;
    }

    /// The path prefix of this provider's endpoints, without a trailing slash.
    public String path() {
        return path;
    }

    /// The base URL of each provider, with the keys that the program [Main] declares.
    static String inWords(Function<Provider, ?> baseUrl) {
        return "Groq at %s (keys gsk_one, gsk_two, gsk_two_b), Cerebras at %s (keys csk-one, csk-two), keyless at %s"
                .formatted(baseUrl.apply(GROQ), baseUrl.apply(CEREBRAS), baseUrl.apply(COMPATIBLE));
    }
}
