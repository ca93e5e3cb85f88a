package io.keywheel.simulator;

import io.keywheel.simulator.wire.Cerebras;
import io.keywheel.simulator.wire.Compatible;
import io.keywheel.simulator.wire.Dialect;
import io.keywheel.simulator.wire.Groq;

/// Whose wire is spoken, and under which path of the one server.
public enum Provider {
    /// Groq, strict: an unknown property is refused.
    GROQ("/groq/openai/v1"),
    /// Cerebras, strict, with its flat error bodies.
    CEREBRAS("/cerebras/v1"),
    /// Any OpenAI-compatible server: lenient, every model is known, and no key is needed while none is declared.
    COMPATIBLE("/compatible/v1");

    private final String path;

    Provider(String path) {
        this.path = path;
    }

    /// The path below which this provider's routes are, without a slash at its end.
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
