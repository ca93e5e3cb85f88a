package io.keywheel.adapters.llm;

import io.keywheel.adapters.llm.cerebras.Cerebras;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.contract.LlmPortContract;
import io.keywheel.contract.Wire;
import org.jspecify.annotations.Nullable;

class CerebrasContractTest extends LlmPortContract {

    @Override
    public LlmProvider provider() {
        return new Cerebras();
    }

    /// Its errors are flat.
    @Override
    public Wire wire() {
        return new OpenAiWords() {
            @Override
            String error(String words, String type, @Nullable String code) {
                return "{\"message\":%s,\"type\":%s,\"param\":null,\"code\":%s}"
                        .formatted(Wire.json(words), Wire.json(type), code == null ? "null" : Wire.json(code));
            }
        };
    }
}
