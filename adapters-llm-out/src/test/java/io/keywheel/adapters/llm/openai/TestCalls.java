package io.keywheel.adapters.llm.openai;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.contract.Calls;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.Target;

final class TestCalls {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ModelId MODEL = new ModelId("openai/gpt-oss-120b");
    static final String CANARY = "gsk_canary+1/A";
    static final String SECOND_CANARY = "gsk_canary+1/A-and-longer";

    private TestCalls() {}

    static ProviderSettings settings(String baseUrl) {
        return Calls.settings(GROQ, baseUrl, CANARY, SECOND_CANARY);
    }

    static Target target(int ordinal) {
        return Calls.target(GROQ, ordinal, MODEL, true);
    }

    static Target named(int ordinal, String model) {
        return Calls.target(GROQ, ordinal, new ModelId(model), false);
    }

    static LlmCall hello() {
        return Calls.hello(target(1));
    }
}
