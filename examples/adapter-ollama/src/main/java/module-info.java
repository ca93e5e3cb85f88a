/// An adapter for Ollama's protocol, written as a third party would.
module io.keywheel.examples.ollama {
    requires io.keywheel.adapter.sdk;

    provides io.keywheel.application.port.out.LlmProvider with
            io.keywheel.examples.ollama.Ollama;
}
