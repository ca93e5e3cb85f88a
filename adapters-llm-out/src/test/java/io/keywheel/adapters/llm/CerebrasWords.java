package io.keywheel.adapters.llm;

import static io.keywheel.contract.Wire.json;

import org.jspecify.annotations.Nullable;

/// The wire format of Cerebras, whose errors are flat.
final class CerebrasWords extends OpenAiWords {

    @Override
    String error(String words, String type, @Nullable String code) {
        return "{\"message\":%s,\"type\":%s,\"param\":null,\"code\":%s}"
                .formatted(json(words), json(type), code == null ? "null" : json(code));
    }
}
