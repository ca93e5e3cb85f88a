package io.keywheel.simulator;

import io.keywheel.simulator.wire.Cerebras;
import io.keywheel.simulator.wire.Compatible;
import io.keywheel.simulator.wire.Dialect;
import io.keywheel.simulator.wire.Groq;

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

    Dialect dialect() {
        return switch (this) {
            case GROQ -> new Groq();
            case CEREBRAS -> new Cerebras();
            case COMPATIBLE -> new Compatible();
        };
    }
}
