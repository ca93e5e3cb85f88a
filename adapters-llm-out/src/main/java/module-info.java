/// The provider adapters: Groq, Cerebras, and any other provider with OpenAI's chat completions API.
///
/// Nothing is exported: the adapters are found as services.
module io.keywheel.adapters.llm {
    requires static transitive org.jspecify;
    requires io.keywheel.adapter.sdk;
    requires io.keywheel.application;
    requires io.keywheel.json;

    provides io.keywheel.application.port.out.LlmProvider with
            io.keywheel.adapters.llm.groq.Groq,
            io.keywheel.adapters.llm.cerebras.Cerebras,
            io.keywheel.adapters.llm.compatible.Compatible;
}
